"""Cookies that no browser keeps, that were tampered with, or that an older key signed: clear words, a new visitor."""

import base64
import signal
from collections.abc import Callable, Iterator
from http.cookiejar import DefaultCookiePolicy

import pytest
from playwright.sync_api import expect

from tests.browser.line import Line
from tests.browser.visitor import CONVERSATION
from tests.browsers import BROKEN, Arrive, at_one_site
from tests.callers import Caller
from tests.faults.asking import in_one_place
from tests.faults.conftest import PLACES
from tests.people import EVENTS, Page
from tests.processes import Process
from tests.upstream import Upstream

Tampering = Callable[[str], str]


@pytest.fixture
def cookieless(standing: Process, upstream: Upstream) -> Iterator[Caller]:
    """Somebody whose browser keeps no cookies."""
    with Caller(standing) as caller:
        caller.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        yield caller


def test_without_cookies_the_page_says_that_they_are_needed_and_keeps_the_text(
    cookieless: Caller, upstream: Upstream
) -> None:
    response = cookieless.submit("Long thought about")
    assert response.status_code == 400
    page = Page(response.text)
    assert "cookie" in page.words
    assert page.form("/turns").fields["message"] == "Long thought about"
    assert not upstream.chats


def test_without_cookies_a_script_is_told_that_they_are_needed(cookieless: Caller, upstream: Upstream) -> None:
    response = cookieless.submit("Long thought about", headers=EVENTS)
    assert response.status_code == 400
    assert "cookie" in response.json()["error"]["message"]
    assert not upstream.chats


@at_one_site
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_browser_without_cookies_shows_that_they_are_needed_and_keeps_the_text(
    arrive: Arrive, line: Line, upstream: Upstream, scripts: bool
) -> None:
    line.take_cookies()
    visitor = arrive(line.url, java_script_enabled=scripts)
    visitor.open()
    for _ in range(2):
        visitor.message.fill("Long thought about")
        visitor.send.click()
        expect(visitor.alert).to_contain_text("cookie")
        expect(visitor.message).to_have_value("Long thought about")
    assert not upstream.chats
    visitor.forgive("400", *BROKEN)


def changed_in_its_content(cookie: str) -> str:
    return f"{'B' if cookie[0] == 'A' else 'A'}{cookie[1:]}"


def changed_in_its_signature(cookie: str) -> str:
    return cookie[:-4] + "".join("B" if letter == "A" else "A" for letter in cookie[-4:])


def cut(cookie: str) -> str:
    return cookie[: len(cookie) // 2]


def unsigned(_: str) -> str:
    return base64.urlsafe_b64encode(b'{"visitor":"00000000-0000-4000-8000-000000000000"}').decode()


def empty(_: str) -> str:
    return ""


def dots(_: str) -> str:
    return "...."


def very_long(_: str) -> str:
    return "a" * 4000


def no_text(_: str) -> str:
    return "\xff\xfe\x80"


tamperings = pytest.mark.parametrize(
    "tamper", [changed_in_its_content, changed_in_its_signature, cut, unsigned, empty, dots, very_long, no_text]
)


@tamperings
@in_one_place
def test_whose_cookie_was_tampered_with_is_a_new_visitor(
    visitor: Caller, upstream: Upstream, tamper: Tampering
) -> None:
    start, events = visitor.say("Between you and me")
    assert list(events)
    visitor.cookies.set("parley", tamper(visitor.cookies["parley"]), domain="127.0.0.1", path="/")
    assert len(visitor.cookies) == 1
    here = visitor.read(start["url"])
    assert here.status_code == 404
    assert "There is no such page here." in Page(here.text).words
    assert "Between you and me" not in visitor.read("/").text
    _, events = visitor.say("Nice to meet you")
    assert list(events)[-1][1]["state"] == "complete"
    assert "Traceback" not in visitor.server.log


def rotate_the_key(server: Process) -> None:
    server.end(signal.SIGTERM)
    server.env["SECRET_KEY"] = "another secret of the tests"
    server.start()


@pytest.mark.parametrize("place", PLACES[-1:], indirect=True, ids="-".join)
def test_after_a_change_of_the_key_everybody_is_a_new_visitor_whose_text_is_kept(
    caller: Caller, server: Process, upstream: Upstream
) -> None:
    start, events = caller.say("Between you and me")
    assert list(events)
    forms = [caller.page(at).form("/turns") for at in ("/", start["url"])]
    rotate_the_key(server)
    assert caller.read(start["url"]).status_code == 404
    assert "Between you and me" not in caller.page().words
    for form in forms:
        refused = caller.press(form, message="Long thought about")
        assert refused.status_code == 400
        again = Page(refused.text).form("/turns")
        assert again.fields["message"] == "Long thought about"
        sent = caller.press(again)
        assert sent.status_code == 200, sent.text
        assert Page(sent.text).questions == ["Long thought about"]
    assert "Traceback" not in server.log


@pytest.mark.parametrize("place", PLACES[:1], indirect=True, ids="-".join)
def test_a_page_from_before_a_change_of_the_key_keeps_its_text_and_can_be_sent_again(
    arrive: Arrive, server: Process, upstream: Upstream
) -> None:
    visitor = arrive(server.url)
    visitor.forgive("400")
    visitor.open()
    visitor.say_and_wait("Between you and me")
    rotate_the_key(server)
    visitor.say("Long thought about")
    expect(visitor.alert).to_contain_text("Your text is still here")
    expect(visitor.message).to_have_value("Long thought about")
    visitor.send.click()
    expect(visitor.page).to_have_url(CONVERSATION)
    visitor.wait_for_answer()
    expect(visitor.texts).to_have_text(["Long thought about", "Hello there."])
    expect(visitor.headings).to_have_count(1)
