"""Pages that are read or filled in, beside the conversation itself."""

import json
from datetime import UTC, datetime, timedelta

from playwright.sync_api import FilePayload, expect

from parley.archive import Ledger
from parley.conversation import State as Ended
from parley.conversation import Usage
from parley.inference.costs import Cost
from parley.spending import Entry
from tests import processes
from tests.states import words
from tests.states.stage import Stage, State


def options(stage: Stage) -> None:
    stage.open_conversation()
    stage.follow("Options")


def shared_links(stage: Stage) -> None:
    options(stage)
    stage.press("Make a link")
    stage.visitor.open("/shares")


def shared_page(stage: Stage) -> None:
    shared_links(stage)
    stage.follow(words.QUESTION)


def import_refused(stage: Stage) -> None:
    stage.visitor.open("/conversations/import")
    content = json.dumps({"format": "parley-conversation", "version": 99}).encode()
    file: FilePayload = {"name": "conversation.json", "mimeType": "application/json", "buffer": content}
    stage.visitor.page.get_by_label("File").set_input_files(file)
    stage.press("Import")
    expect(stage.visitor.alert).to_be_visible()


def what_the_model_saw(stage: Stage) -> None:
    stage.open_conversation()
    stage.visitor.answers.last.get_by_role("button", name="More").click()
    stage.follow("What the model saw")


def exported(stage: Stage) -> None:
    stage.open_conversation()
    stage.visitor.page.goto(f"{stage.visitor.page.url}.html")


def answer_by_itself(stage: Stage) -> None:
    """As a page without scripts shows it in a frame."""
    stage.open_conversation()
    answer = stage.visitor.answers.last.get_attribute("id") or ""
    stage.visitor.open(f"/answers/{answer.removeprefix('message-')}")


def set_up_closed(stage: Stage) -> None:
    stage.visitor.open("/setup")


def set_up_found(stage: Stage) -> None:
    stage.open_bare("/setup")
    stage.become_operator()
    stage.press("Look at everything")
    expect(stage.visitor.page.locator("parley-way .finding:visible")).to_be_visible()


def usage(stage: Stage) -> None:
    """A month of it, as the operator sees it."""
    with processes.database(stage.site.app) as database:
        Ledger(database).settle(*month())
    stage.visitor.open("/usage")
    stage.become_operator()
    expect(stage.visitor.page.get_by_role("img", name="Tokens by day")).to_be_visible()


def month() -> list[Entry]:
    """Some answers of each day but today's, more and more of them, each written down once whoever asks for it."""
    return [call(days_ago, number) for days_ago in range(1, 30) for number in range(1 + (30 - days_ago) % 13)]


def call(days_ago: int, number: int) -> Entry:
    began = datetime.now(UTC) - timedelta(days=days_ago)
    model = ("parrot-2", "owl-1", "wren-3")[number % 3]
    entry = Entry(f"{began.date()} {number}", model, Cost(400, 1600, 4096), began)
    usage = Usage(900 + 70 * number, 150 + 40 * number)
    return entry.ended(Ended.COMPLETE, words="Yes.", usage=usage, first_token=400 + 37 * number * days_ago % 900)


SHEETS: tuple[State, ...] = (
    *(set_up_closed, set_up_found),
    *(options, shared_links, shared_page, import_refused, what_the_model_saw, exported, answer_by_itself, usage),
)
