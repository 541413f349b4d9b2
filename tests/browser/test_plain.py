"""The main job without script: where it is off, and where it is on but ours did not come."""

from playwright.sync_api import expect

from tests.browser.conftest import MESSAGE_LIMIT
from tests.browser.visitor import CONVERSATION, Visitor
from tests.browsers import Arrive
from tests.processes import Process
from tests.upstream import Upstream


def say(visitor: Visitor, text: str) -> None:
    visitor.message.fill(text)
    visitor.send.click()


def test_an_answer_is_written_in_the_page_as_it_comes(plain: Visitor, upstream: Upstream) -> None:
    upstream.says("The first *words*, ", "and the last.\n\nThe end")
    upstream.stalls_after(1)
    plain.open()
    say(plain, "Tell me")
    expect(plain.page).to_have_url(CONVERSATION)
    frame = plain.page.frame_locator("iframe")
    expect(frame.get_by_text("The first words,")).to_be_visible()
    assert not upstream.is_released
    upstream.release()
    expect(frame.get_by_text("The first words, and the last.")).to_be_visible()
    expect(frame.get_by_text("The end")).to_be_visible()
    expect(frame.get_by_role("link", name="Back to the conversation")).to_be_visible()

    plain.page.get_by_role("link", name="Reload").click()
    expect(plain.answer).to_contain_text("The first words, and the last.")
    expect(plain.page.locator("iframe")).to_have_count(0)
    upstream.says("I know.")
    say(plain, "What did you say?")
    expect(plain.messages).to_have_count(4)
    plain.read_on()
    expect(plain.answer).to_have_text("I know.")
    assert "and the last." in str(upstream.chats[-1]["messages"])


def test_what_changes_in_the_frame_hides_what_it_was(plain: Visitor, upstream: Upstream) -> None:
    upstream.says(
        "See [there].\n\n", "Mo", "re *w", "ords*.\n\n", "[there]: https://example.org\n\n", "E", "nd", pause=0.1
    )
    plain.open()
    say(plain, "Where?")
    frame = plain.page.frame_locator("iframe")
    expect(frame.get_by_text("Back to the conversation")).to_be_visible()
    words = " ".join(frame.locator("main").inner_text().split())
    assert words == "Parley Answer See there. More words. End Back to the conversation"
    expect(frame.get_by_role("link", name="there")).to_be_visible()


def test_stop_ends_an_answer(plain: Visitor, upstream: Upstream) -> None:
    upstream.says("Once upon ", "a time")
    upstream.stalls_after(1)
    plain.open()
    say(plain, "Tell me a story")
    expect(plain.page.frame_locator("iframe").get_by_text("Once upon")).to_be_visible()
    with plain.page.expect_navigation():
        plain.stop.click()
    assert upstream.hung_up.wait(3)
    plain.page.reload()
    plain.read_on()
    expect(plain.answer).to_have_text("Once upon")
    expect(plain.log).to_contain_text("Stopped.")


def test_a_failed_answer_is_asked_for_again(plain: Visitor, upstream: Upstream) -> None:
    upstream.refuses(401)
    plain.open()
    say(plain, "Are you there?")
    expect(plain.page).to_have_url(CONVERSATION)
    plain.read_on()
    expect(plain.log.locator(".notice--error")).not_to_be_empty()
    upstream.says("I am.")
    plain.retry.click()
    expect(plain.retry).to_have_count(0)
    plain.read_on()
    expect(plain.messages).to_have_count(2)
    expect(plain.answer).to_have_text("I am.")


def test_a_refused_message_comes_back_with_its_text(plain: Visitor) -> None:
    plain.open()
    say(plain, "a" * (MESSAGE_LIMIT + 1))
    expect(plain.alert).to_contain_text("2,001 characters")
    expect(plain.message).to_have_value("a" * (MESSAGE_LIMIT + 1))
    say(plain, "a")
    expect(plain.page).to_have_url(CONVERSATION)
    plain.forgive("422")


def test_a_drawer_holds_the_conversations_on_a_phone(arrive: Arrive, server: Process, upstream: Upstream) -> None:
    phone = arrive(server.url, java_script_enabled=False)
    phone.page.set_viewport_size({"width": 390, "height": 844})
    phone.open()
    expect(phone.conversations).to_be_hidden()
    phone.page.get_by_role("button", name="Conversations").click()
    expect(phone.page.get_by_role("link", name="New chat")).to_be_visible()
    phone.page.keyboard.press("Escape")
    expect(phone.page.get_by_role("link", name="New chat")).to_be_hidden()


def test_where_our_script_did_not_come_an_answer_can_be_read_all_the_same(alice: Visitor, upstream: Upstream) -> None:
    alice.page.route("**/*.js", lambda route: route.abort())
    upstream.says("The first words, ", "and the last.")
    upstream.stalls_after(1)
    alice.open()
    say(alice, "Tell me")
    alice.page.get_by_role("link", name="Read it as it is written").click()
    expect(alice.page.get_by_text("The first words,")).to_be_visible()
    assert not upstream.is_released
    upstream.release()
    expect(alice.page.get_by_text("The first words, and the last.")).to_be_visible()
    alice.page.get_by_role("link", name="Back to the conversation").click()
    expect(alice.answer).to_have_text("The first words, and the last.")
    say(alice, "And then?")
    expect(alice.messages).to_have_count(4)
    alice.forgive("net::ERR_FAILED")
