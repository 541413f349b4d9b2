"""No scripts, none of ours, all but one of ours, no style: one can ask, read, stop, retry and let an answer go on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visitor import CONVERSATION, Visitor
from tests.browsers import Arrive, as_on_a_laptop, at_one_site
from tests.processes import Process
from tests.upstream import Upstream

MODULES = ["main.js", "html.js"]  # the first, and one that others import


def without(visitor: Visitor, pattern: str) -> Visitor:
    """Let what has such an address not come."""

    def refuse(route: Route) -> None:
        route.abort()

    visitor.page.route(pattern, refuse)
    visitor.forgive("net::ERR_FAILED")
    return visitor


def no_scripts(arrive: Arrive, url: str) -> Visitor:
    return arrive(url, java_script_enabled=False)


def no_scripts_and_no_style(arrive: Arrive, url: str) -> Visitor:
    return without(no_scripts(arrive, url), "**/*.css")


def none_of_our_scripts(arrive: Arrive, url: str) -> Visitor:
    return without(arrive(url), "**/*.js")


def ask(visitor: Visitor, text: str) -> None:
    visitor.message.fill(text)
    visitor.send.click()
    expect(visitor.page).to_have_url(CONVERSATION)


def read(visitor: Visitor) -> None:
    """Wait for the end of the answer, by reading it in a page of its own where it is still being written."""
    running = visitor.log.locator("[data-state=running]")
    expect(visitor.send).to_be_visible()  # it comes last, so all of the page is there
    if running.count():
        visitor.page.get_by_role("link", name="Read it as it is written").click()
        visitor.page.get_by_role("link", name="Back to the conversation").click()
        expect(visitor.send).to_be_visible()
    expect(running).to_have_count(0)


@pytest.mark.parametrize("come", [no_scripts_and_no_style, none_of_our_scripts])
@at_one_site
def test_without_scripts_one_can_ask_read_stop_retry_and_continue(
    arrive: Arrive, site: Process, upstream: Upstream, come: Callable[[Arrive, str], Visitor]
) -> None:
    visitor = come(arrive, site.url)
    visitor.open()
    ask(visitor, "Hi")
    read(visitor)
    expect(visitor.texts).to_have_text(["Hi", "Hello there."])

    upstream.refuses(401)
    ask(visitor, "Tell me a story")
    read(visitor)
    expect(visitor.log.locator(".notice--error")).not_to_be_empty()

    upstream.says("Once upon ", "a time")
    upstream.stalls_after(1)
    visitor.retry.click()
    expect(visitor.stop).to_be_visible()
    assert upstream.asked.wait(5)
    visitor.page.get_by_role("link", name="Reload").click()
    visitor.stop.click()
    assert upstream.hung_up.wait(5)
    read(visitor)
    expect(visitor.log).to_contain_text("Stopped.")
    expect(visitor.answer).to_have_text("Once upon")

    upstream.says("a time there was a fox.")
    visitor.go_on.click()
    read(visitor)
    expect(visitor.answer).to_have_text("Once upon a time there was a fox.")
    expect(visitor.messages).to_have_count(4)


@pytest.mark.parametrize("module", MODULES)
@as_on_a_laptop
def test_where_one_module_does_not_come_one_can_ask_stop_and_retry(
    guest: Visitor, upstream: Upstream, module: str
) -> None:
    without(guest, f"**/{module}")
    upstream.stalls_before_headers()
    guest.open()
    ask(guest, "Think about it")
    guest.stop.click()
    assert upstream.hung_up.wait(5)
    read(guest)
    upstream.says("I did.")
    guest.retry.click()
    read(guest)
    expect(guest.texts).to_have_text(["Think about it", "I did."])


@as_on_a_laptop
def test_without_style_one_can_ask_read_stop_retry_and_continue(guest: Visitor, upstream: Upstream) -> None:
    without(guest, "**/*.css")
    guest.open()
    guest.say_and_wait("Hi")
    expect(guest.texts).to_have_text(["Hi", "Hello there."])

    upstream.refuses(401)
    guest.say_and_wait("Tell me a story")
    expect(guest.log.locator(".notice--error")).not_to_be_empty()

    upstream.says("Once upon ", "a time")
    upstream.stalls_after(1)
    guest.retry.click()
    expect(guest.answer).to_have_text("Once upon")
    expect(guest.send).to_be_hidden()
    guest.stop.click()
    guest.wait_for_answer()
    expect(guest.stop).to_be_hidden()
    expect(guest.log).to_contain_text("Stopped.")

    upstream.says("a time there was a fox.")
    guest.go_on.click()
    expect(guest.answer).to_have_text("Once upon a time there was a fox.")
    guest.wait_for_answer()
    expect(guest.messages).to_have_count(4)
