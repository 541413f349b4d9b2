"""Somebody at the door with a browser: in with the code, and back in with a new one, without losing a word."""

from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import expect

from tests import processes
from tests.browser.visitor import CONVERSATION, Visitor
from tests.browsers import Arrive
from tests.processes import Process
from tests.upstream import Upstream

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
NARROW = {"width": 320, "height": 568}


@pytest.fixture(scope="module")
def house(service: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The app with an access code, under a server of its own: tests change the code."""
    with processes.app(tmp_path_factory.mktemp("house"), {**service.env, "ACCESS_CODE": "open sesame"}) as house:
        yield house


def code_of(house: Process) -> str:
    return house.env["ACCESS_CODE"]


def change_the_code(house: Process) -> None:
    house.crash()
    house.env["ACCESS_CODE"] += "!"
    house.start()


def enter(visitor: Visitor, code: str) -> None:
    visitor.page.get_by_label("Access code").fill(code)
    visitor.page.get_by_role("button", name="Continue").click()


def complaints_of_axe(visitor: Visitor) -> list[str]:
    visitor.page.evaluate(AXE)
    found: list[str] = visitor.page.evaluate("axe.run().then(({ violations }) => violations.map(({ id }) => id))")
    return found


def send(visitor: Visitor) -> None:
    visitor.send.click()
    expect(visitor.page).to_have_url(CONVERSATION)
    visitor.read_on()
    visitor.wait_for_answer()


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_from_the_door_to_a_conversation_and_back_in_with_a_new_code(
    arrive: Arrive, house: Process, upstream: Upstream, with_scripts: bool
) -> None:
    visitor = arrive(house.url, java_script_enabled=with_scripts, viewport=NARROW)
    visitor.forgive("401", "ERR_")
    visitor.open("/?q=Why%3F")
    field = visitor.page.get_by_label("Access code")
    expect(field).to_be_focused()
    if with_scripts:
        assert complaints_of_axe(visitor) == []
    enter(visitor, "sesame")
    expect(field).to_have_accessible_description(
        "This is not the access code. Check how it is written, then try again."
    )
    enter(visitor, code_of(house))
    expect(visitor.message).to_have_value("Why?")
    send(visitor)

    visitor.message.fill("Two lines,\nlong thought about")
    change_the_code(house)
    visitor.send.click()
    expect(visitor.page.get_by_text("Your text is kept")).to_be_visible()
    if with_scripts:
        assert complaints_of_axe(visitor) == []
    enter(visitor, code_of(house))
    expect(visitor.message).to_have_value("Two lines,\nlong thought about")
    send(visitor)
    visitor.page.wait_for_load_state()  # by its style a line that was broken is one
    assert visitor.texts.all_inner_texts()[0::2] == ["Why?", "Two lines,\nlong thought about"]


def test_a_page_that_watches_an_answer_asks_for_the_new_code_and_keeps_its_draft(
    arrive: Arrive, house: Process, upstream: Upstream
) -> None:
    upstream.says("So ", "far")
    upstream.stalls_after(1)
    visitor = arrive(house.url)
    visitor.forgive("401", "ERR_")
    visitor.open()
    enter(visitor, code_of(house))
    visitor.say("Count")
    expect(visitor.answer).to_have_text("So")
    visitor.message.fill("And then")
    change_the_code(house)
    enter(visitor, code_of(house))
    expect(visitor.texts.first).to_have_text("Count")
    expect(visitor.message).to_have_value("And then")
