"""A tab that is closed or reloaded while an answer comes, and two tabs on one conversation."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import CONVERSATION, Visitor
from tests.browsers import Arrive, at_one_site
from tests.callers import Caller
from tests.upstream import Upstream

HEAD_START = 1000  # milliseconds
PIECES = ("# One\n\nTwo\n\n", "- three\n- fo", "ur\n\nFive")


def reloaded(tab: Visitor) -> Visitor:
    tab.page.reload()
    return tab


def closed(tab: Visitor) -> Visitor:
    """Gone, and opened again at the same address."""
    address = tab.page.url
    tab.page.close()
    tab = tab.another_tab()
    tab.page.goto(address)
    return tab


@pytest.mark.parametrize("away", [reloaded, closed])
def test_a_page_that_comes_back_in_mid_answer_shows_what_came_and_hears_the_rest(
    guest: Visitor, upstream: Upstream, away: Callable[[Visitor], Visitor]
) -> None:
    upstream.says(*PIECES)
    upstream.stalls_after(2)
    guest.open()
    guest.say("Count")
    expect(guest.answer).to_contain_text("fo")
    guest = away(guest)
    expect(guest.answer).to_contain_text("fo")
    expect(guest.stop).to_be_visible()
    upstream.release()
    guest.wait_for_answer()
    assert guest.answer.inner_text().split() == ["One", "Two", "three", "four", "Five"]
    expect(guest.messages).to_have_count(2)
    streamed = guest.answer_html
    guest.page.reload()
    assert guest.answer_html == streamed
    assert len(upstream.chats) == 1


def test_an_answer_is_written_to_its_end_while_no_tab_shows_it(guest: Visitor, upstream: Upstream) -> None:
    upstream.says(*PIECES)
    upstream.stalls_after(1)
    guest.open()
    guest.say("Count")
    expect(guest.page).to_have_url(CONVERSATION)
    address = guest.page.url
    guest.page.close()
    upstream.release()
    assert upstream.answered.wait(5)
    guest = guest.another_tab()
    guest.page.goto(address)
    guest.wait_for_answer()
    assert guest.answer.inner_text().split() == ["One", "Two", "three", "four", "Five"]


def test_an_answer_is_written_to_its_end_while_no_reader_is_left(visitor: Caller, upstream: Upstream) -> None:
    upstream.says(*PIECES)
    upstream.stalls_after(1)
    response = visitor.submit("Count", headers={"Accept": "text/event-stream"}, stream=True)
    assert next(response.iter_content(1))
    response.close()
    upstream.release()
    assert upstream.answered.wait(5)
    ((address, _),) = [(url, name) for name, url in visitor.page().links.items() if name == "Count"]
    answer = visitor.kept(address)[-1]
    assert list(visitor.watch(answer["id"]))[-1][1]["state"] == "complete"
    assert visitor.kept(address)[-1]["text"] == "".join(PIECES)


def test_two_tabs_that_speak_at_once_agree_on_what_was_said(arrive: Arrive, guest: Visitor, upstream: Upstream) -> None:
    left, right = two_browsers(arrive, guest)
    speak_at_once({left: "From the left", right: "From the right"})
    for tab in (left, right):
        tab.wait_for_answer()
        tab.page.reload()
    said = left.texts.all_inner_texts()
    right.page.reload()
    assert right.texts.all_inner_texts() == said
    assert {said[2], said[4]} == {"From the left", "From the right"}
    assert said[3] == said[5] == "Hello there."
    assert len(upstream.chats) == 3


def two_tabs(guest: Visitor) -> tuple[Visitor, Visitor]:
    """On one conversation, in one browser."""
    guest.open()
    guest.say_and_wait("First")
    other = guest.another_tab()
    other.page.goto(guest.page.url)
    return guest, other


def two_browsers(arrive: Arrive, guest: Visitor) -> tuple[Visitor, Visitor]:
    """On one conversation, where neither hears of the other: a tab that sees an answer come would wait for its end."""
    guest.open()
    guest.say_and_wait("First")
    other = arrive(guest.url, storage_state=guest.context.storage_state())
    other.page.goto(guest.page.url)
    return guest, other


def speak_at_once(words: dict[Visitor, str]) -> None:
    """Send each in its tab, at the same time by the clock that both have."""
    for tab, text in words.items():
        tab.message.fill(text)
    at = time.time() * 1000 + HEAD_START
    for tab in words:
        tab.message.evaluate("(message, at) => { setTimeout(() => message.form.requestSubmit(), at - Date.now()) }", at)


@at_one_site
def test_what_one_tab_says_is_soon_seen_in_the_other(guest: Visitor, upstream: Upstream) -> None:
    left, right = two_tabs(guest)
    right.message.fill("Half a thou")
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    left.say("Count")
    expect(right.texts).to_have_text(["First", "Hello there.", "Count", "One"])
    upstream.release()
    expect(right.texts).to_have_text(["First", "Hello there.", "Count", "One two"])
    expect(right.answers.last).not_to_have_attribute("data-state", "running")
    expect(right.message).to_have_value("Half a thou")
    left.wait_for_answer()
    assert left.answer_html == right.answer_html
