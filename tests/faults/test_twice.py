"""Send pressed twice, and the same form posted again: one message, one answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from playwright.sync_api import expect

from parley.event_stream import decode
from tests.browser.visitor import CONVERSATION, Visitor
from tests.browsers import Arrive
from tests.callers import Caller
from tests.people import EVENTS, Form
from tests.processes import Process
from tests.upstream import Upstream

TIMES = 5


def send_at_once(visitor: Caller, form: Form, headers: dict[str, str] | None = None) -> list[requests.Response]:
    """The same form several times, each over a connection of its own."""
    address, cookies = visitor.server.url + form.action, visitor.cookies.copy()

    def send(_: int) -> requests.Response:
        return requests.post(address, form.fields, headers=headers, cookies=cookies, allow_redirects=False, timeout=30)

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(send, range(TIMES)))


def test_a_form_that_is_posted_several_times_at_once_says_it_once(visitor: Caller, upstream: Upstream) -> None:
    form = visitor.page().form("/turns")
    form.fields["message"] = "Once"
    responses = send_at_once(visitor, form)
    assert {response.status_code for response in responses} == {303}
    assert len({response.headers["Location"] for response in responses}) == 1
    here = responses[0].headers["Location"].partition("#")[0]
    assert [message["role"] for message in visitor.kept(here)] == ["user", "assistant"]
    assert len(upstream.chats) <= 1, "the model is asked a moment later, and once"


def test_a_script_that_posts_a_form_several_times_hears_one_answer_each_time(
    visitor: Caller, upstream: Upstream
) -> None:
    form = visitor.page().form("/turns")
    form.fields["message"] = "Once"
    responses = send_at_once(visitor, form, EVENTS)
    told = [list(decode([response.content])) for response in responses]
    assert len({events[0][1]["answer"] for events in told}) == 1
    assert {events[-1][1]["state"] for events in told} == {"complete"}
    assert len(upstream.chats) == 1


def test_a_retry_that_is_pressed_several_times_at_once_asks_once(visitor: Caller, upstream: Upstream) -> None:
    upstream.refuses(401)
    start, events = visitor.say("Are you there?")
    assert list(events)[-1][1]["state"] == "failed"
    upstream.says("I am.")
    responses = send_at_once(visitor, visitor.page(start["url"]).form("/retry"), EVENTS)
    assert {response.status_code for response in responses} == {200}
    assert len(upstream.chats) == 2
    assert [message["text"] for message in visitor.kept(start["url"])] == ["Are you there?", "I am."]


def double_click(visitor: Visitor) -> None:
    visitor.send.dblclick()


def enter_twice(visitor: Visitor) -> None:
    visitor.message.evaluate("message => message.focus()")
    for _ in range(2):
        visitor.page.keyboard.press("Enter")


@pytest.mark.parametrize("press", [double_click, enter_twice])
def test_send_pressed_twice_sends_one_message(
    guest: Visitor, upstream: Upstream, press: Callable[[Visitor], None]
) -> None:
    guest.open()
    guest.message.fill("Once")
    press(guest)
    guest.wait_for_answer()
    expect(guest.messages).to_have_count(2)
    guest.page.reload()
    expect(guest.messages).to_have_count(2)
    assert len(upstream.chats) == 1


def test_send_pressed_twice_sends_one_message_without_scripts(
    arrive: Arrive, site: Process, upstream: Upstream
) -> None:
    plain = arrive(site.url, java_script_enabled=False)
    plain.open()
    plain.message.fill("Once")
    plain.send.dblclick()
    expect(plain.page).to_have_url(CONVERSATION)
    plain.read_on()
    expect(plain.messages).to_have_count(2)
    assert len(upstream.chats) == 1
    plain.open()
    expect(plain.headings).to_have_count(1)


def test_retry_pressed_twice_asks_once(guest: Visitor, upstream: Upstream) -> None:
    upstream.refuses(401)
    guest.open()
    guest.say_and_wait("Are you there?")
    upstream.says("I am.")
    guest.retry.dblclick()
    expect(guest.answer).to_have_text("I am.")
    guest.wait_for_answer()
    expect(guest.messages).to_have_count(2)
    assert len(upstream.chats) == 2
