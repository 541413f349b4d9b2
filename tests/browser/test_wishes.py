"""Settings, thoughts and prompts to try, as people at browsers find them."""

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import MESSAGE_LIMIT
from tests.browser.visitor import Visitor
from tests.upstream import Upstream

PHONE: ViewportSize = {"width": 320, "height": 568}


@pytest.fixture(params=["scripts", "plain"])
def anyone(request: pytest.FixtureRequest) -> Visitor:
    """Somebody whose browser runs scripts, and somebody whose browser runs none."""
    visitor: Visitor = request.getfixturevalue("alice" if request.param == "scripts" else "plain")
    return visitor


def say_and_wait(visitor: Visitor, text: str) -> None:
    visitor.message.fill(text)
    visitor.send.click()
    visitor.read_on()
    visitor.wait_for_answer()


def test_a_conversation_has_settings_one_click_away(anyone: Visitor, upstream: Upstream) -> None:
    panel = anyone.page.locator(".settings")
    temperature = anyone.page.get_by_label("Temperature")
    anyone.page.set_viewport_size(PHONE)
    anyone.open()
    expect(temperature).to_be_hidden()
    panel.get_by_text("Settings").click()
    anyone.page.get_by_label("Instructions").fill("Be brief.")
    temperature.fill("warm")
    anyone.page.get_by_label("Reasoning").select_option("High")
    panel.get_by_text("Settings").click()
    expect(temperature).to_be_hidden()
    anyone.message.fill("Hello")
    anyone.send.click()
    expect(anyone.alert).to_contain_text("from 0 to 1")
    expect(anyone.message).to_have_value("Hello")

    temperature.evaluate("field => field.closest('details').open = true")
    temperature.fill("0.4")
    anyone.message.fill("Hello")
    say_and_wait(anyone, "Hello")
    asked = upstream.chats[-1]
    assert (asked["messages"][0]["content"], asked["temperature"]) == ("Be brief.", 0.4)
    for _ in range(2):
        expect(temperature).to_have_value("0.4")
        expect(anyone.page.get_by_label("Reasoning")).to_have_value("high")
        assert panel.locator("summary").evaluate("name => getComputedStyle(name, '::after').content") != "none"
        assert anyone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        anyone.page.reload()
    anyone.open()
    expect(temperature).to_have_value("")
    assert panel.locator("summary").evaluate("name => getComputedStyle(name, '::after').content") == "none"
    anyone.forgive("422")


def test_what_a_model_thinks_is_in_a_closed_disclosure_that_says_for_how_long(
    anyone: Visitor, upstream: Upstream
) -> None:
    upstream.says("Four.", reasoning=("Two and two. ", "Hm."))
    upstream.stalls_after(2)
    anyone.open()
    anyone.message.fill("2 + 2?")
    anyone.send.click()
    place = anyone.page.frame_locator("iframe") if anyone.page.locator("iframe").count() else anyone.log
    expect(place.get_by_text("Thinking")).to_be_visible()
    expect(place.get_by_text("Two and two. Hm.")).to_be_hidden()
    upstream.release()
    anyone.read_on()
    expect(anyone.answer).to_have_text("Four.")
    expect(anyone.log.get_by_text("Thinking")).to_have_count(0)
    anyone.log.get_by_text("Thought for").click()
    expect(anyone.log.get_by_text("Two and two. Hm.")).to_be_visible()
    streamed = anyone.log.locator("summary").inner_text()
    anyone.page.reload()
    expect(anyone.log.locator("summary")).to_have_text(streamed)


def test_the_model_is_remembered_and_stands_beneath_its_answers(anyone: Visitor, upstream: Upstream) -> None:
    anyone.open()
    anyone.page.get_by_label("Model").select_option("owl-1")
    say_and_wait(anyone, "Who are you?")
    expect(anyone.answers.last.locator(".message__facts")).to_contain_text("owl-1")
    assert upstream.chats[-1]["model"] == "owl-1"
    anyone.page.get_by_role("link", name="New chat").first.click()
    expect(anyone.page.get_by_label("Model")).to_have_value("owl-1")


def test_a_prompt_to_try_fills_the_composer_and_sends_nothing(anyone: Visitor, upstream: Upstream) -> None:
    anyone.open()
    prompts = anyone.page.get_by_role("list", name="Prompts to try").get_by_role("link")
    expect(prompts).to_have_count(4)
    prompts.first.focus()
    anyone.page.keyboard.press("Enter")
    expect(anyone.message).not_to_have_value("")
    expect(anyone.message).to_be_focused()
    assert not upstream.chats
    say_and_wait(anyone, "Something else")
    expect(prompts.first).to_be_hidden()


def test_what_a_link_says_goes_before_a_draft_and_is_gone_on_with(alice: Visitor) -> None:
    alice.open()
    alice.message.fill("A draft")
    alice.open("/?q=" + "a" * MESSAGE_LIMIT + "bc")
    expect(alice.message).to_have_value("a" * MESSAGE_LIMIT)
    alice.open("/?q=Why+is")
    expect(alice.message).to_be_focused()
    alice.page.keyboard.type(" it?")
    expect(alice.message).to_have_value("Why is it?")
