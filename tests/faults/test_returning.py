"""A phone that wakes, a page that comes out of the browser's cache, a network that is back: the page catches up.

What happened meanwhile was said on another device: its page tells this one nothing.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.line import Line
from tests.browser.visitor import Visitor
from tests.browsers import BROKEN, Arrive, at_one_site
from tests.processes import Process
from tests.upstream import Upstream

Return = Callable[[Page], None]


def is_looked_at_again(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def comes_out_of_the_cache(page: Page) -> None:
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")


def is_online_again(page: Page) -> None:
    page.context.set_offline(True)
    page.context.set_offline(False)


returns = pytest.mark.parametrize(
    "returns", [is_looked_at_again, comes_out_of_the_cache, is_online_again], ids=lambda way: way.__name__
)


@pytest.fixture
def laptop(guest: Visitor) -> Visitor:
    """Where a conversation has begun."""
    guest.open()
    guest.say_and_wait("First")
    return guest


@pytest.fixture
def phone(arrive: Arrive, laptop: Visitor) -> Visitor:
    """The same person's other device, which shows what was said so far."""
    phone = arrive(laptop.url, storage_state=laptop.context.storage_state())
    phone.forgive(*BROKEN)
    phone.page.goto(laptop.page.url)
    expect(phone.messages).to_have_count(2)
    return phone


@returns
@at_one_site
def test_a_page_that_returns_shows_what_was_said_elsewhere(laptop: Visitor, phone: Visitor, returns: Return) -> None:
    phone.message.fill("Half a thou")
    laptop.say_and_wait("Second")
    expect(phone.messages).to_have_count(2)
    returns(phone.page)
    expect(phone.texts).to_have_text(["First", "Hello there.", "Second", "Hello there."])
    expect(phone.message).to_have_value("Half a thou")
    phone.message.fill("")
    phone.wait_for_answer()
    assert phone.answer_html == laptop.answer_html


@at_one_site
def test_a_page_that_returns_hears_the_rest_of_an_answer_that_was_begun_elsewhere(
    laptop: Visitor, phone: Visitor, upstream: Upstream
) -> None:
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    laptop.say("Count")
    expect(laptop.answer).to_have_text("One")
    is_looked_at_again(phone.page)
    expect(phone.answer).to_have_text("One")
    expect(phone.stop).to_be_visible()
    upstream.release()
    expect(phone.answer).to_have_text("One two")
    phone.wait_for_answer()
    expect(phone.messages).to_have_count(4)


@at_one_site
def test_a_page_that_slept_through_the_end_of_an_answer_shows_it(
    arrive: Arrive, site: Process, commuter: Visitor, line: Line, upstream: Upstream
) -> None:
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    commuter.open()
    commuter.say("Count")
    expect(commuter.answer).to_have_text("One")
    line.deafen()
    upstream.release()
    at_home = arrive(site.url, storage_state=commuter.context.storage_state())
    at_home.open(urlsplit(commuter.page.url).path)
    at_home.wait_for_answer()
    line.mend()
    expect(commuter.answer).to_have_text("One")
    is_online_again(commuter.page)
    expect(commuter.answer).to_have_text("One two")
    commuter.wait_for_answer()
    assert commuter.answer_html == at_home.answer_html


@at_one_site
def test_what_is_on_a_page_that_returns_stays_where_it_is(laptop: Visitor, phone: Visitor) -> None:
    phone.page.evaluate("document.querySelector('[data-blocks] > *').isTheSame = true")
    laptop.say_and_wait("Second")
    is_looked_at_again(phone.page)
    expect(phone.messages).to_have_count(4)
    assert phone.page.evaluate("document.querySelector('[data-blocks] > *').isTheSame")


@at_one_site
def test_a_browser_that_was_offline_in_mid_answer_comes_back_by_itself(guest: Visitor, upstream: Upstream) -> None:
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    guest.forgive(*BROKEN)
    guest.open()
    guest.say("Count")
    expect(guest.answer).to_have_text("One")
    guest.context.set_offline(True)
    upstream.release()
    guest.context.set_offline(False)
    expect(guest.answer).to_have_text("One two")
    guest.wait_for_answer()
