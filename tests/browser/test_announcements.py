"""What is heard of an answer, where the focus is, and what the page says of the line."""

from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.upstream import Upstream

LISTEN = """
window.heard = []
const said = document.querySelector("[data-status]")
new MutationObserver(() => heard.push(said.textContent)).observe(said, { childList: true })
"""
OFFLINE = "You are offline. What you write is kept."


def test_the_beginning_and_the_end_of_an_answer_are_heard_once_and_no_word_of_it(
    alice: Visitor, upstream: Upstream
) -> None:
    upstream.says(*(f"word{number} " for number in range(40)), pause=0.005)
    upstream.stalls_after(20)
    alice.open()
    alice.page.evaluate(LISTEN)
    alice.say("Count")
    expect(alice.answers.last).to_have_attribute("aria-busy", "true")
    upstream.release()
    alice.wait_for_answer()
    expect(alice.answers.last).not_to_have_attribute("aria-busy", "true")
    expect(alice.log).to_have_attribute("aria-live", "off")

    upstream.says("One ", "two")
    upstream.stalls_after(1)
    alice.answers.last.get_by_role("button", name="Regenerate").click()
    expect(alice.answer).to_have_text("One")
    expect(alice.log).to_be_focused()
    alice.stop.click()
    alice.wait_for_answer()
    expect(alice.message).to_be_focused()

    upstream.refuses(401, {"error": {"message": "invalid key"}})
    alice.say("Are you there?")
    alice.wait_for_answer()
    refusal = alice.answers.last.locator(".notice--error").inner_text()
    heard = ["Answering", "Answer complete", "Answering", "Stopped", "Answering", refusal]
    assert alice.page.evaluate("heard") == heard


def test_a_page_says_at_once_that_it_is_offline_and_when_it_is_back(alice: Visitor) -> None:
    alice.open()
    alice.context.set_offline(True)
    expect(alice.connection).to_have_text(OFFLINE)
    expect(alice.page.get_by_role("status").filter(has_text=OFFLINE)).to_be_visible()
    alice.context.set_offline(False)
    expect(alice.connection).to_have_text("Connected")
    expect(alice.connection).to_be_hidden()


def test_the_drawer_takes_the_focus_and_gives_it_back(alice: Visitor) -> None:
    alice.page.set_viewport_size({"width": 600, "height": 800})
    alice.open()
    button = alice.page.get_by_role("button", name="Conversations")
    button.click()
    expect(alice.page.get_by_role("dialog", name="Sidebar")).to_be_focused()
    alice.page.keyboard.press("Tab")
    expect(alice.page.locator(".sidebar__name")).to_be_focused()
    expect(alice.page.get_by_role("main")).to_have_js_property("inert", True)  # what is beneath it can't be reached
    alice.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    button.click()
    alice.page.set_viewport_size({"width": 1280, "height": 800})
    expect(alice.page.get_by_role("complementary", name="Sidebar")).to_be_visible()
    alice.message.fill("Now it can")
