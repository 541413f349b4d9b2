"""In a browser that runs scripts, no text that anybody sends, says or sets up is more than a text.

A page holds many attacks at once: all of `tests/attacks.txt` stands in each place where words of others are shown.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import FilePayload, Request, expect

from app import create_app
from parley.archive import Archive
from parley.config import Config
from parley.conversation import Conversation, Image, Message, State
from tests import processes
from tests.attacks import ATTACKS
from tests.browser.visitor import Visitor
from tests.browsers import Arrive, at_one_site
from tests.pictures import png
from tests.processes import Process
from tests.upstream import Upstream, chunk

ALL = "\n\n".join(ATTACKS)
ON_A_PAGE = 50  # titles, in the sidebar
LONGEST_ADDRESS = 3_000  # characters, percent-encoded
LONGEST_NAME = 200  # characters, of a file: what file systems take

# Runs before any script of a page, and in each of its frames.
LISTEN = """
window.caught = []
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => caught.push(`${name} was called`)
addEventListener("securitypolicyviolation", event => caught.push(`${event.violatedDirective}: ${event.blockedURI}`))
"""

# What of a page is not of our making. Words of others are in no attribute but those of `harmless`.
LOOK = """() => {
  const found = [...window.caught]
  const ours = url => !url || new URL(url, location).origin === location.origin
  for (const element of document.querySelectorAll("*")) {
    const name = element.localName
    if (name === "script" && !(element.src && ours(element.src))) found.push("a script")
    if (["base", "embed", "object", "frame", "applet", "style"].includes(name)) found.push(name)
    if (name === "meta" && element.httpEquiv) found.push("meta http-equiv")
    for (const { name: attribute, value } of element.attributes) {
      if (/^on|^style$|^srcdoc$|^ping$|^background$|^xlink:/.test(attribute)) found.push(`${name} ${attribute}`)
      if (["src", "srcset", "action", "formaction", "data", "poster"].includes(attribute) && !ours(value))
        found.push(`${name} ${attribute}="${value}"`)
      if (attribute === "href" && !/^(https?|mailto):$/.test(new URL(value, location).protocol))
        found.push(`${name} href="${value}"`)
    }
  }
  return found
}"""


class Watched:
    """Somebody at a browser of whom nothing stays unseen: dialogs, frames, and all that is asked of other sites."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.asked: list[str] = []
        visitor.context.add_init_script(LISTEN)
        visitor.context.on("request", self._note)

    def look(self, where: str) -> None:
        """Nothing on this page, nor on the way to it, was anything but words."""
        assert self.visitor.page.evaluate(LOOK) == [], where
        assert [url for url in self.asked if not url.startswith(self.visitor.url)] == [], where
        assert self.visitor.complaints == [], where

    def open_and_look(self, address: str) -> None:
        self.visitor.open(address)
        self.look(address)

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)


@pytest.fixture
def watched(guest: Visitor) -> Watched:
    return Watched(guest)


def conversation_of(visitor: str) -> tuple[Conversation, dict[str, bytes]]:
    """One in which everything that is ever shown of a message is an attack, in each message another."""
    here, at = str(uuid4()), datetime.now(UTC)
    messages: list[Message] = []
    for number, attack in enumerate(ATTACKS):
        parent = messages[-1].id if messages else None
        said = Message(str(uuid4()), here, parent, "user", attack, at + timedelta(seconds=number))
        heard = replace(said, id=str(uuid4()), parent=said.id, role="assistant", reasoning=attack, model=attack[:200])
        state = list(State)[1 + number % 5]
        messages += [said, replace(heard, error=attack, notice=attack, state=state, thought_seconds=1.0, seconds=2.0)]
    images = [Image(str(uuid4()), "image/png", 60, 40, attack) for attack in ATTACKS[:80]]
    for number in range(len(images) // 4):
        messages[2 * number] = replace(messages[2 * number], images=tuple(images[4 * number : 4 * number + 4]))
    return Conversation(here, visitor, ATTACKS[0], tuple(messages)), {image.id: png() for image in images}


def titled(visitor: str, title: str) -> Conversation:
    here = str(uuid4())
    said = Message(str(uuid4()), here, None, "user", title, datetime.now(UTC))
    return Conversation(here, visitor, title, (said, replace(said, id=str(uuid4()), parent=said.id, role="assistant")))


def keep_everything(site: Process, cookies: list[dict[str, object]]) -> str:
    """Give a visitor all attacks as messages, and as titles. Returns the address of the messages."""
    app = create_app(Config.from_env(site.env))
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = next(str(one["value"]) for one in cookies if one["name"] == name)
    visitor = app.session_interface.get_signing_serializer(app).loads(cookie)["visitor"]  # type: ignore[attr-defined]
    app.extensions["parley"].archive.database.close()
    with processes.database(site) as database:
        imports = Archive(database).imports
        for attack in ATTACKS:
            imports.keep(titled(visitor, attack), {})
        conversation, contents = conversation_of(visitor)
        imports.keep(conversation, contents)
    return f"/conversations/{conversation.id}"


def chunks(limit: int) -> Iterator[str]:
    """All attacks, as many at a time as fit into an address."""
    gathered = ""
    for attack in ATTACKS:
        if len(quote(f"{gathered}\n{attack}")) > limit:
            yield gathered
            gathered = ""
        gathered += f"\n{attack}"
    yield gathered


@at_one_site
def test_what_is_kept_is_shown_as_words_wherever_it_is_shown(watched: Watched, site: Process) -> None:
    visitor = watched.visitor
    visitor.open()
    here = keep_everything(site, visitor.context.cookies())  # type: ignore[arg-type]
    watched.open_and_look(here)
    expect(visitor.messages).to_have_count(2 * len(ATTACKS))
    expect(visitor.headings).to_have_count(ON_A_PAGE)
    shown = visitor.log.locator("[data-question] .message__text, .message--question .message__text")
    assert [text.strip() for text in shown.all_text_contents()] == [attack.strip() for attack in ATTACKS]
    for page in ("/conversations", "/conversations?q=alert", "/shares", f"{here}/options"):
        watched.open_and_look(page)
    visitor.page.get_by_role("button", name="Make a link").click()
    shared = visitor.page.locator('a[href^="/shares/"]').first.get_attribute("href")
    watched.open_and_look(shared or "")
    visitor.open(f"{here}.html")  # a document of its own: its style is in it, its images are, and nothing else may be
    assert visitor.page.evaluate("window.caught") == []
    assert visitor.page.locator("script, iframe, object, embed").count() == 0


@at_one_site
def test_what_an_address_says_is_words(watched: Watched) -> None:
    for text in chunks(LONGEST_ADDRESS):
        watched.open_and_look(f"/?q={quote(text)}&deleted={quote(text[:50])}")
        expect(watched.visitor.message).to_have_value(text)
        watched.open_and_look(f"/conversations?q={quote(text[:200])}")


@at_one_site
def test_what_is_said_live_is_words(watched: Watched, upstream: Upstream) -> None:
    """Question, thoughts and answer come by script; so do the words of a failure."""
    visitor = watched.visitor
    upstream.says(*(f"{attack}\n\n" for attack in ATTACKS), reasoning=ATTACKS, pause=0.002, model=ATTACKS[0])
    visitor.open()
    visitor.say_and_wait(ALL)
    watched.look("an answer")
    upstream.sends(chunk("So far"), {"error": {"message": ALL}})
    visitor.say_and_wait("And then?")
    watched.look("an answer that broke off")
    upstream.sends({"error": {"message": ALL, "code": 418}})
    visitor.say_and_wait("And then?")
    watched.look("an answer that failed")
    visitor.page.reload()
    watched.look("a reload")
    seen = visitor.page.locator('a[href$="/seen"]').first.get_attribute("href")
    watched.open_and_look(seen or "")


def test_what_a_file_is_called_is_words(alice: Visitor) -> None:
    watched = Watched(alice)
    alice.forgive("422")
    alice.open()
    for attack in ATTACKS[:4]:
        name = attack.replace("/", "\N{DIVISION SLASH}")[:LONGEST_NAME]
        picker = alice.page.locator("input[type=file]").first
        picker.set_input_files(FilePayload(name=name, mimeType="image/png", buffer=b"nothing"))
        expect(alice.alert.first).to_contain_text(name[:20])
        watched.look(name)


def test_what_the_operator_sets_up_is_words(arrive: Arrive, upstream: Upstream, tmp_path: Path) -> None:
    upstream.serves_catalogue([attack for attack in ATTACKS if "\n" not in attack and len(attack) < 100])
    starters = [{"title": attack, "prompt": attack} for attack in ATTACKS[-4:]]
    env = {"APP_NAME": ALL, "STARTERS": json.dumps(starters), "DYNO": "web.1", **upstream.env}
    with processes.app(tmp_path, env) as server:
        watched = Watched(arrive(server.url))
        watched.open_and_look("/")
        expect(watched.visitor.page.locator(".starters__link").last).to_have_text(ATTACKS[-1])
        watched.open_and_look("/?q=x")
        watched.visitor.forgive("404")
        watched.open_and_look("/nowhere")
