"""Pages that are read or filled in, beside the conversation itself."""

import json

from playwright.sync_api import FilePayload, expect

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
    stage.press("Look at everything")
    expect(stage.visitor.page.locator("parley-way .finding:visible")).to_be_visible()


SHEETS: tuple[State, ...] = (
    *(set_up_closed, set_up_found),
    *(options, shared_links, shared_page, import_refused, what_the_model_saw, exported, answer_by_itself),
)
