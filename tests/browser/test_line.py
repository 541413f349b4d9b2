"""When the line between the browser and the app breaks, or a process of the app dies."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import processes
from tests.browser.line import Line
from tests.browser.visitor import Visitor
from tests.browsers import Arrive
from tests.upstream import Upstream

BROKEN = ("net::ERR", "Failed to load resource")


@pytest.fixture
def bob(arrive: Arrive, line: Line, upstream: Upstream) -> Visitor:
    """Somebody on a bad line."""
    return arrive(line.url)


def test_an_answer_goes_on_when_the_line_is_back(bob: Visitor, line: Line, upstream: Upstream) -> None:
    upstream.says("# One\n\nTwo\n\n", "three ", "fo", "ur\n\nfive")
    upstream.stalls_after(3)
    bob.open()
    bob.say("Count")
    expect(bob.answer).to_contain_text("fo")
    line.cut()
    expect(bob.page.get_by_text("Reconnecting")).to_be_visible()
    upstream.release()
    line.mend()
    bob.wait_for_answer()
    expect(bob.page.get_by_text("Reconnecting")).to_be_hidden()
    assert bob.answer.inner_text().split() == ["One", "Two", "three", "four", "five"]
    streamed = bob.answer_html
    bob.page.reload()
    assert bob.answer_html == streamed
    bob.forgive(*BROKEN)


def test_the_line_is_not_said_to_be_broken_while_a_model_thinks(bob: Visitor, line: Line, upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    bob.open()
    bob.say("Think about it")
    expect(bob.stop).to_be_visible()
    line.cut()
    expect(bob.page.get_by_text("Reconnecting")).to_be_visible()
    line.mend()
    expect(bob.page.get_by_text("Reconnecting")).to_be_hidden()
    upstream.release()
    expect(bob.answer).to_have_text("Hello there.")
    bob.forgive(*BROKEN)


def test_a_browser_that_was_offline_comes_back_by_itself(alice: Visitor, upstream: Upstream) -> None:
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    alice.open()
    alice.say("Count")
    expect(alice.answer).to_have_text("One")
    alice.context.set_offline(True)
    upstream.release()
    alice.context.set_offline(False)
    expect(alice.answer).to_have_text("One two")
    alice.wait_for_answer()
    alice.forgive(*BROKEN)


def test_a_message_that_can_not_be_sent_is_kept_with_words(bob: Visitor, line: Line, upstream: Upstream) -> None:
    bob.open()
    line.cut()
    bob.say("Are you there?")
    expect(bob.alert).to_have_text("The server can't be reached. Your text is still here: send it again.")
    expect(bob.message).to_have_value("Are you there?")
    line.mend()
    bob.message.press("Enter")
    expect(bob.alert).to_be_hidden()
    expect(bob.answer).to_have_text("Hello there.")
    bob.wait_for_answer()
    bob.forgive(*BROKEN)


def test_a_message_whose_reply_was_lost_can_be_sent_again_and_is_there_once(
    bob: Visitor, line: Line, upstream: Upstream
) -> None:
    bob.open()
    line.deafen()
    bob.say("Did you get this?")
    assert upstream.asked.wait(5)
    line.cut()
    expect(bob.alert).to_contain_text("Your text is still here")
    line.mend()
    bob.send.click()
    expect(bob.answer).to_have_text("Hello there.")
    bob.wait_for_answer()
    expect(bob.messages).to_have_count(2)
    bob.page.reload()
    expect(bob.messages).to_have_count(2)
    assert len(upstream.chats) == 1
    bob.forgive(*BROKEN)


def test_a_retry_that_can_not_be_sent_says_so_and_can_be_pressed_again(
    bob: Visitor, line: Line, upstream: Upstream
) -> None:
    upstream.refuses(401)
    bob.open()
    bob.say("Are you there?")
    bob.wait_for_answer()
    line.cut()
    bob.retry.click()
    expect(bob.answers.last.get_by_role("alert")).to_have_text("The server can't be reached. Try again.")
    line.mend()
    upstream.says("I am.")
    bob.retry.click()
    expect(bob.answer).to_have_text("I am.")
    bob.forgive(*BROKEN)


def test_an_answer_whose_process_died_is_kept_and_can_be_asked_for_again(
    arrive: Arrive, upstream: Upstream, tmp_path: Path
) -> None:
    upstream.says("As far as it ", "came")
    upstream.stalls_after(1)
    with processes.app(tmp_path, upstream.env) as server:
        carol = arrive(server.url)
        carol.open()
        carol.say("Tell me")
        expect(carol.answer).to_have_text("As far as it")
        carol.page.reload()  # where another process knows of it, it is in the journal
        expect(carol.answer).to_have_text("As far as it")
        server.kill_workers()
        expect(carol.retry).to_be_visible(timeout=30_000)
        expect(carol.answer).to_have_text("As far as it")
        upstream.says("All of it.")
        carol.retry.click()
        expect(carol.answer).to_have_text("All of it.")
        carol.wait_for_answer()
    carol.forgive(*BROKEN)
