"""When the line between a browser and the app breaks: for a moment, for a while, or until its server is another."""

import time
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Page, expect

from tests import processes
from tests.browser.line import Line
from tests.browser.visitor import Visitor
from tests.browsers import BROKEN, Arrive, at_one_site
from tests.upstream import Upstream

OUTAGE = 10_000  # milliseconds
LISTEN = """() => {
  const line = document.querySelector("[data-connection]")
  window.said = []
  const listen = () => window.said.push(line.hidden ? "" : line.textContent)
  new MutationObserver(listen).observe(line, { attributes: true, childList: true, characterData: true, subtree: true })
}"""


def said_of_the_line(page: Page) -> list[str]:
    """What a page has said of the line since it was listened to, each thing once."""
    return [words for words, _ in groupby(page.evaluate("window.said")) if words]


@at_one_site
def test_a_page_outlives_an_outage_of_ten_seconds_in_mid_answer(
    commuter: Visitor, line: Line, upstream: Upstream
) -> None:
    words = [f"word{number} " for number in range(60)]
    upstream.says(*words, pause=0.2)
    commuter.open()
    commuter.say("Count")
    commuter.page.evaluate(LISTEN)
    expect(commuter.answer).to_contain_text("word3")
    line.cut()
    expect(commuter.connection).to_have_text("Reconnecting")
    commuter.page.wait_for_timeout(OUTAGE)
    line.mend()
    expect(commuter.connection).to_have_text("Connected")
    commuter.wait_for_answer()
    expect(commuter.connection).to_be_hidden()
    assert commuter.answer.inner_text().split() == "".join(words).split()
    assert said_of_the_line(commuter.page) == ["Reconnecting", "Connected"]
    streamed = commuter.answer_html
    commuter.page.reload()
    assert commuter.answer_html == streamed
    expect(commuter.messages).to_have_count(2)
    assert len(upstream.chats) == 1


def test_an_answer_goes_on_when_the_line_is_back(commuter: Visitor, line: Line, upstream: Upstream) -> None:
    upstream.says("# One\n\nTwo\n\n", "three ", "fo", "ur\n\nfive")
    upstream.stalls_after(3)
    commuter.open()
    commuter.say("Count")
    expect(commuter.answer).to_contain_text("fo")
    line.cut()
    expect(commuter.connection).to_have_text("Reconnecting")
    upstream.release()
    line.mend()
    commuter.wait_for_answer()
    expect(commuter.connection).to_be_hidden()
    assert commuter.answer.inner_text().split() == ["One", "Two", "three", "four", "five"]
    streamed = commuter.answer_html
    commuter.page.reload()
    assert commuter.answer_html == streamed


@at_one_site
def test_a_line_that_is_back_at_once_is_not_spoken_of(commuter: Visitor, line: Line, upstream: Upstream) -> None:
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    commuter.open()
    commuter.say("Count")
    expect(commuter.answer).to_have_text("One")
    commuter.page.evaluate(LISTEN)
    line.cut()
    line.mend()
    upstream.release()
    expect(commuter.answer).to_have_text("One two")
    commuter.wait_for_answer()
    assert said_of_the_line(commuter.page) == []


@at_one_site
def test_a_page_waits_about_a_second_before_it_speaks_of_the_line(
    commuter: Visitor, line: Line, upstream: Upstream
) -> None:
    upstream.stalls_before_headers()
    commuter.open()
    commuter.say("Think about it")
    expect(commuter.stop).to_be_visible()
    cut = time.monotonic()
    line.cut()
    commuter.connection.wait_for(state="visible")
    assert time.monotonic() - cut > 0.7


@at_one_site
def test_the_line_is_not_said_to_be_broken_while_a_model_thinks(
    commuter: Visitor, line: Line, upstream: Upstream
) -> None:
    upstream.stalls_before_headers()
    commuter.open()
    commuter.say("Think about it")
    expect(commuter.stop).to_be_visible()
    line.cut()
    expect(commuter.connection).to_have_text("Reconnecting")
    line.mend()
    expect(commuter.connection).to_be_hidden()
    upstream.release()
    expect(commuter.answer).to_have_text("Hello there.")
    commuter.wait_for_answer()


@at_one_site
def test_a_message_that_can_not_be_sent_is_kept_with_words(commuter: Visitor, line: Line, upstream: Upstream) -> None:
    commuter.open()
    line.cut()
    commuter.say("Are you there?")
    expect(commuter.alert).to_have_text("The server can't be reached. Your text is still here: send it again.")
    expect(commuter.message).to_have_value("Are you there?")
    line.mend()
    commuter.message.press("Enter")
    expect(commuter.alert).to_be_hidden()
    commuter.wait_for_answer()
    expect(commuter.answer).to_have_text("Hello there.")


def test_a_message_whose_reply_was_lost_can_be_sent_again_and_is_there_once(
    commuter: Visitor, line: Line, upstream: Upstream
) -> None:
    commuter.open()
    line.deafen()
    commuter.say("Did you get this?")
    assert upstream.asked.wait(5)
    line.cut()
    expect(commuter.alert).to_contain_text("Your text is still here")
    line.mend()
    commuter.send.click()
    expect(commuter.answer).to_have_text("Hello there.")
    commuter.wait_for_answer()
    expect(commuter.messages).to_have_count(2)
    commuter.page.reload()
    expect(commuter.messages).to_have_count(2)
    assert len(upstream.chats) == 1


@at_one_site
def test_a_retry_that_can_not_be_sent_says_so_and_can_be_pressed_again(
    commuter: Visitor, line: Line, upstream: Upstream
) -> None:
    upstream.refuses(401)
    commuter.open()
    commuter.say("Are you there?")
    commuter.wait_for_answer()
    line.cut()
    commuter.retry.click()
    expect(commuter.answers.last.get_by_role("alert")).to_have_text("The server can't be reached. Try again.")
    line.mend()
    upstream.says("I am.")
    commuter.retry.click()
    expect(commuter.answer).to_have_text("I am.")


def test_an_answer_whose_process_died_is_kept_and_can_be_asked_for_again(
    arrive: Arrive, upstream: Upstream, tmp_path: Path
) -> None:
    upstream.says("As far as it ", "came")
    upstream.stalls_after(1)
    with processes.app(tmp_path, upstream.env) as server:
        carol = arrive(server.url)
        carol.forgive(*BROKEN)
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
