"""A form whose token is missing, made up, or another's: the text comes back, and can be sent again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.browsers import at_one_site
from tests.callers import Caller
from tests.faults.asking import in_one_place
from tests.people import EVENTS, Form, Page
from tests.upstream import Upstream

pytestmark = pytest.mark.as_on_a_dyno

EXPIRED = "This page had expired, and nothing was done. Press the button again."

Spoil = Callable[[Caller, Form], None]


def missing(_: Caller, form: Form) -> None:
    del form.fields["csrf_token"]


def made_up(_: Caller, form: Form) -> None:
    form.fields["csrf_token"] = "made up"


def damaged(_: Caller, form: Form) -> None:
    form.fields["csrf_token"] = form.fields["csrf_token"][::-1]


def expired(visitor: Caller, form: Form) -> None:
    """The cookie that it belongs to has run out."""
    visitor.cookies.clear()


def replaced(visitor: Caller, form: Form) -> None:
    """The cookie that it belongs to has run out, and there is a new one by now."""
    visitor.cookies.clear()
    visitor.page()


def foreign(visitor: Caller, form: Form) -> None:
    with Caller(visitor.server) as stranger:
        form.fields["csrf_token"] = stranger.page().form("/turns").fields["csrf_token"]


spoilt = pytest.mark.parametrize("spoil", [missing, made_up, damaged, expired, replaced, foreign])


@spoilt
@in_one_place
@pytest.mark.parametrize("begun", [False, True], ids=["first message", "further message"])
def test_a_form_without_its_token_comes_back_with_its_text_and_can_be_sent_again(
    visitor: Caller, upstream: Upstream, spoil: Spoil, begun: bool
) -> None:
    here = said(visitor, "First") if begun else "/"
    form = visitor.page(here).form("/turns")
    asked = len(upstream.chats)
    spoil(visitor, form)
    refused = visitor.press(form, message="Long thought about")
    assert refused.status_code == 400
    assert len(upstream.chats) == asked
    page = Page(refused.text)
    assert "Your text is still here: send it again." in page.words
    again = page.form("/turns")
    assert again.fields["message"] == "Long thought about"
    sent = visitor.press(again)
    assert sent.status_code == 200, sent.text
    assert Page(sent.text).questions[-1] == "Long thought about"


@spoilt
@in_one_place
@pytest.mark.parametrize("button", ["stop", "retry"])
def test_a_button_without_its_token_does_nothing_and_says_so(
    visitor: Caller, upstream: Upstream, spoil: Spoil, button: str
) -> None:
    if button == "retry":
        upstream.refuses(401)
    else:
        upstream.stalls_before_headers()
    start, events = visitor.say("Are you there?")
    assert upstream.asked.wait(5)
    if button == "retry":
        assert list(events)
    form = visitor.page(start["url"]).form(f"/{button}")
    asked = len(upstream.chats)
    spoil(visitor, form)
    for headers in (None, EVENTS):
        refused = visitor.press(form, headers=headers)
        assert refused.status_code == 400
        assert EXPIRED in refused.text
    assert len(upstream.chats) == asked
    assert not upstream.hung_up.is_set()


def said(visitor: Caller, message: str) -> str:
    start, events = visitor.say(message)
    assert list(events)[-1][1]["state"] == "complete"
    address: str = start["url"]
    return address


# In a browser

STALE = "document.querySelectorAll('[name=csrf_token]').forEach(field => { field.value = 'stale' })"


@at_one_site
@pytest.mark.parametrize("begun", [False, True], ids=["first message", "further message"])
def test_an_expired_page_keeps_its_text_and_can_be_sent_again(guest: Visitor, begun: bool) -> None:
    guest.forgive("400")
    guest.open()
    if begun:
        guest.say_and_wait("First")
    guest.page.evaluate(STALE)
    guest.say("Long thought about")
    expect(guest.alert).to_contain_text("Your text is still here")
    expect(guest.message).to_have_value("Long thought about")
    guest.send.click()
    guest.wait_for_answer()
    assert guest.texts.all_inner_texts()[-2:] == ["Long thought about", "Hello there."]
    expect(guest.messages).to_have_count(4 if begun else 2)


@at_one_site
def test_stop_on_an_expired_page_says_so(guest: Visitor, upstream: Upstream) -> None:
    guest.forgive("400")
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    guest.open()
    guest.say("Count")
    expect(guest.answer).to_have_text("One")
    guest.page.evaluate(STALE)
    guest.stop.click()
    expect(guest.alert).to_have_text(EXPIRED)
    guest.page.reload()
    guest.stop.click()
    guest.wait_for_answer()
    expect(guest.log).to_contain_text("Stopped.")


@at_one_site
def test_retry_on_an_expired_page_says_so(guest: Visitor, upstream: Upstream) -> None:
    guest.forgive("400")
    upstream.refuses(401)
    guest.open()
    guest.say_and_wait("Are you there?")
    guest.page.evaluate(STALE)
    guest.retry.click()
    expect(guest.alert).to_have_text(EXPIRED)
    upstream.says("I am.")
    guest.page.reload()
    guest.retry.click()
    expect(guest.answer).to_have_text("I am.")
