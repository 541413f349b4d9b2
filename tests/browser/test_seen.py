"""What the model saw, and what it did not see any more, at a browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.upstream import Upstream

LONG = "a b c d e " * 150
SHORTER = "a b c d e " * 50
TOO_LONG = {"error": {"code": 400, "message": "Input is too long for requested model."}}
WITH_SCRIPTS_AND_WITHOUT = pytest.mark.parametrize("name", ["alice", "plain"])


def ask(visitor: Visitor, text: str) -> None:
    visitor.message.fill(text)
    visitor.send.click()


@WITH_SCRIPTS_AND_WITHOUT
def test_under_an_answer_is_the_way_to_what_the_model_saw_and_back(name: str, request: pytest.FixtureRequest) -> None:
    visitor: Visitor = request.getfixturevalue(name)
    visitor.open()
    ask(visitor, "Is this " + "Donaudampfschifffahrt" * 9)
    if name == "plain":
        visitor.read_on()
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    visitor.page.get_by_role("button", name="More").click()
    visitor.page.get_by_role("link", name="What the model saw").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("What the model saw")
    expect(visitor.page.get_by_role("region", name="The request")).to_contain_text('"content": "Is this Donau')
    expect(visitor.page.get_by_role("row", name="First token")).to_contain_text("ms")
    visitor.page.wait_for_load_state()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320
    visitor.page.get_by_role("link", name="Back to the answer").click()
    expect(visitor.answer).to_have_text("Hello there.")


def test_what_is_too_long_is_said_at_once_and_shown_by_a_line(alice: Visitor, upstream: Upstream) -> None:
    alice.open()
    alice.say_and_wait(f"One {LONG}")
    alice.say_and_wait(f"Two {SHORTER}")
    upstream.refuses(400, TOO_LONG, times=1)
    alice.say_and_wait("Three")
    notice = "The conversation was too long for the model, so it read only the last 3 messages."
    expect(alice.log.get_by_text(notice)).to_be_visible()
    alice.page.reload()
    expect(alice.log.get_by_text(notice)).to_be_visible()
    line = alice.log.get_by_text("What stands above is no longer sent to the model")
    expect(line).to_be_visible()
    below = alice.log.locator(".horizon + .message")
    expect(below.locator(".message__text")).to_contain_text("Two a b c")


def test_the_line_moves_with_the_page_that_is_brought_up_to_date(alice: Visitor, upstream: Upstream) -> None:
    alice.open()
    alice.say_and_wait(f"One {LONG}")
    alice.say_and_wait(f"Two {SHORTER}")
    other = alice.another_tab()
    other.open(alice.page.url.removeprefix(alice.url))
    upstream.refuses(400, TOO_LONG, times=1)
    alice.say_and_wait("Three")
    other.page.evaluate("dispatchEvent(new Event('online'))")
    expect(other.log.locator(".horizon + .message .message__text")).to_contain_text("Two a b c")
