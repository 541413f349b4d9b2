"""What a state needs: somebody at a browser, a model's service, the app, and a second app that has no model."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy import text, update

from parley.tables import allowances
from tests import processes
from tests.browser.visitor import CONVERSATION, Visitor
from tests.processes import Process
from tests.states.words import ANSWER, QUESTION
from tests.upstream import CATALOGUE, Upstream

MESSAGE_LIMIT = 6000
BUDGET = 1_000_000
CODE, OPERATOR_CODE = "open sesame", "who runs this"
MOST_A_DAY = 300  # messages: more than all states together
REPOSITORY = "https://github.com/somebody/parley"

# What a browser says of an answer that is no success, or that never came: here that's what is wanted.
EXPECTED = ("Failed to load resource", "net::ERR")

State = Callable[["Stage"], None]


@dataclass(frozen=True)
class Site:
    """The app as on a dyno, and one for which nobody has attached a model, and which asks for an access code."""

    app: Process
    bare: Process

    @contextmanager
    def having_spent(self, share: float) -> Iterator[None]:
        """For a while such a share of the day's tokens is spent."""
        with processes.database(self.app) as kept:
            for spent in (int(share * BUDGET), 0):
                with kept.writing() as connection:
                    connection.execute(update(allowances).values(spent=spent, reserved=0))
                if spent:
                    yield

    @contextmanager
    def unwell(self) -> Iterator[None]:
        """For a while a table of the bare one is missing: whoever asks for a page is told that something is wrong."""
        with processes.database(self.bare) as kept:
            for names in [("conversations", "gone"), ("gone", "conversations")]:
                with kept.writing() as connection:
                    connection.execute(text("ALTER TABLE {} RENAME TO {}".format(*names)))
                if names[1] == "gone":
                    yield


@contextmanager
def site(folder: Path, upstream: Upstream) -> Iterator[Site]:
    """Both apps. The first has two attachments, so that its models stand in groups."""
    env = {"DYNO": "web.1", "WEB_CONCURRENCY": "1"}
    has_models = {
        "IMAGE_MODELS": "parrot-*",
        "RETENTION_DAYS": "90",
        "MESSAGE_LIMIT": str(MESSAGE_LIMIT),
        **upstream.env,
    }
    has_models |= {"DAILY_TOKEN_BUDGET": str(BUDGET), "REPOSITORY": REPOSITORY}
    has_models["OPERATOR_CODE"] = OPERATOR_CODE
    has_models["VISITOR_LIMITS"] = f"{MOST_A_DAY} per day"
    for name in ("app", "bare"):
        (folder / name).mkdir()
    with Upstream() as second:
        second.serves_catalogue([CATALOGUE[1] | {"model_id": name} for name in ("wren-3", "kiwi-mini")])
        has_models |= {"INFERENCE_FAST_URL": second.url, "INFERENCE_FAST_KEY": second.key}
        with (
            processes.app(folder / "app", env | has_models) as app,
            processes.app(folder / "bare", env | {"ACCESS_CODE": CODE, "OPERATOR_CODE": OPERATOR_CODE}) as bare,
        ):
            yield Site(app, bare)


class Stage:
    """One visitor, who is brought from state to state. What was said for one of them stays in the list."""

    def __init__(self, visitor: Visitor, upstream: Upstream, site: Site) -> None:
        self.visitor = visitor
        self.upstream = upstream
        self.site = site
        self._conversation = ""
        visitor.forgive(*EXPECTED)

    def enter(self, state: State) -> None:
        """Bring the visitor to a state, from whichever they were in."""
        self.visitor.context.set_offline(False)
        self.upstream.release()
        self.upstream.begin_anew()
        if self.visitor.page.url.startswith(self.visitor.url):
            self.visitor.page.evaluate("localStorage.clear()")  # or a draft would come along
        state(self)

    # What many states begin with

    def ask(self, question: str = QUESTION) -> None:
        """Begin a conversation. Whether and how it is answered is up to the service."""
        self.visitor.open()
        self.say(question)

    def say(self, question: str) -> None:
        """Go on with the conversation that is to be seen, also by touch, where Enter breaks the line."""
        expect(self.visitor.page.locator("parley-composer:defined")).to_be_attached()
        self.visitor.message.fill(question)
        self.visitor.send.click()

    def have_answered(self, question: str, *parts: str, **options: object) -> None:
        """Ask, and wait for the end of the answer."""
        self.upstream.says(*parts, **options)
        self.ask(question)
        self.visitor.wait_for_answer()

    def open_conversation(self) -> None:
        """A conversation that states share: it's asked for once."""
        if self._conversation:
            self.visitor.page.goto(self._conversation)
        else:
            self.have_answered(QUESTION, *in_words(ANSWER), usage=(31, 214))
            self._conversation = self.visitor.page.url
        expect(self.visitor.page).to_have_url(CONVERSATION)

    def open_bare(self, path: str = "/") -> None:
        """A page of the app without a model, past its door."""
        self.visitor.page.goto(self.site.bare.url + path)
        code = self.visitor.page.get_by_label("Access code")
        if code.count():
            code.fill(CODE)
            self.press("Continue")

    def become_operator(self) -> None:
        """Enter the operator's code, where the page asks for it."""
        code = self.visitor.page.get_by_label("Operator's code")
        if code.count():
            code.fill(OPERATOR_CODE)
            self.press("Continue")

    def press(self, name: str) -> None:
        self.visitor.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.visitor.page.get_by_role("link", name=name, exact=True).first.click()


def in_words(text: str) -> list[str]:
    """A text in the pieces in which a model says it."""
    return re.findall(r"\s*\S+|\s+$", text)


def title_of(state: State) -> str:
    """What a state is called, by the name of its function."""
    return state.__name__.replace("_", " ").capitalize()
