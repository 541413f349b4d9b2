"""An answer that failed or broke off says so beneath its question, and what can be done; it is done in its place."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.visitor import CONVERSATION, Visitor
from tests.browsers import Arrive, at_one_site
from tests.processes import Process
from tests.upstream import Upstream

pytestmark = pytest.mark.as_on_a_dyno

BUSY = "The model's service is asked too much at the moment. Wait a little, then retry."
COUNTDOWN = re.compile(r"^You can retry in [123] s\.$")
MANY = "".join(f"Paragraph {number}\n\n" for number in range(30))


def countdown(visitor: Visitor) -> Locator:
    return visitor.answers.last.locator("parley-countdown")


def catch_sight_of(visitor: Visitor, words: str) -> None:
    """See what stands there for a second: the browser looks in each frame, where `expect` lets a second pass."""
    countdown(visitor).filter(has_text=words).wait_for()


def place(element: Locator) -> dict[str, float] | None:
    """Where it stands in the document, and how large it is."""
    box: dict[str, float] | None = element.evaluate(
        "element => { const { x, y, width, height } = element.getBoundingClientRect();"
        " return { x, y: y + scrollY, width, height } }"
    )
    return box


@pytest.mark.parametrize("status", [401, 413, 429])
@at_one_site
def test_what_happened_stands_beneath_the_question_with_a_way_to_retry(
    guest: Visitor, upstream: Upstream, status: int
) -> None:
    upstream.refuses(status)
    guest.open()
    guest.say_and_wait("Are you there?")
    for _ in range(2):
        expect(guest.messages).to_have_count(2)
        question, answer = guest.messages.all()
        expect(question).to_contain_text("Are you there?")
        expect(answer.locator(".notice--error")).not_to_be_empty()
        expect(answer.get_by_role("button", name="Retry")).to_be_enabled()
        expect(guest.message).to_have_value("")
        guest.page.reload()


@at_one_site
def test_a_retry_asks_the_kept_question_and_stands_in_its_place(guest: Visitor, upstream: Upstream) -> None:
    guest.open()
    guest.say_and_wait("First")
    upstream.refuses(401)
    guest.say_and_wait("Are you there?")
    ids = guest.messages.evaluate_all("all => all.map(one => one.id)")
    upstream.says("I am.")
    guest.retry.click()
    expect(guest.answer).to_have_text("I am.")
    guest.wait_for_answer()
    expect(guest.texts).to_have_text(["First", "Hello there.", "Are you there?", "I am."])
    assert guest.messages.evaluate_all("all => all.map(one => one.id)") == ids
    expect(guest.retry).to_have_count(0)
    assert [message["content"] for message in upstream.chats[-1]["messages"]][-1] == "Are you there?"


@at_one_site
def test_a_retry_is_counted_down_to_and_then_possible(guest: Visitor, upstream: Upstream) -> None:
    upstream.refuses(429, headers={"Retry-After": "3"})
    guest.open()
    guest.say("Are you there?")
    expect(guest.answers.last.locator(".notice--error")).to_contain_text(BUSY)
    expect(countdown(guest)).to_have_text(COUNTDOWN)
    expect(guest.retry).to_be_disabled()
    catch_sight_of(guest, "You can retry in 1 s.")
    expect(guest.retry).to_be_disabled()
    expect(guest.retry).to_be_enabled()
    expect(countdown(guest)).not_to_have_text(COUNTDOWN)
    upstream.says("I am.")
    guest.retry.click()
    expect(guest.answer).to_have_text("I am.")
    guest.wait_for_answer()
    expect(guest.messages).to_have_count(2)


@at_one_site
def test_a_countdown_goes_on_after_a_reload(guest: Visitor, upstream: Upstream) -> None:
    upstream.refuses(429, headers={"Retry-After": "3"})
    guest.open()
    guest.say("Are you there?")
    catch_sight_of(guest, "You can retry in 2 s.")
    guest.page.reload()
    expect(guest.retry).to_be_visible()
    words = countdown(guest).all_inner_texts()
    assert words in ([], ["You can retry in 2 s."], ["You can retry in 1 s."], ["You can retry now."])
    expect(guest.retry).to_be_enabled()


@at_one_site
def test_without_scripts_the_seconds_are_told_and_retry_is_possible(
    arrive: Arrive, site: Process, upstream: Upstream
) -> None:
    upstream.refuses(429, headers={"Retry-After": "60"})
    plain = arrive(site.url, java_script_enabled=False)
    plain.open()
    plain.message.fill("Are you there?")
    plain.send.click()
    expect(plain.page).to_have_url(CONVERSATION)
    plain.read_on()
    expect(plain.answers.last).to_contain_text(BUSY)
    expect(countdown(plain)).to_have_text(re.compile(r"^You can retry in (60|5\d) s\.$"))
    upstream.says("I am.")
    plain.retry.click()
    expect(plain.retry).to_have_count(0)
    plain.read_on()
    expect(plain.answer).to_have_text("I am.")
    expect(plain.messages).to_have_count(2)


def test_an_answer_that_broke_off_goes_on_in_its_place_and_nothing_else_moves(
    guest: Visitor, upstream: Upstream
) -> None:
    upstream.says(f"{MANY}So f", "ar")
    upstream.drops_after(1)
    guest.open()
    guest.say_and_wait("How far?")
    expect(guest.answers.last.locator(".notice--error")).not_to_be_empty()
    ids = guest.messages.evaluate_all("all => all.map(one => one.id)")
    before = [place(guest.messages.first), place(guest.answer.locator("p").first)]
    scrolled = guest.page.evaluate("scrollY")
    upstream.says("ar, so", " good.")
    upstream.stalls_after(1)
    guest.go_on.click()
    expect(guest.answer.locator("p").last).to_have_text("So far, so")
    assert [place(guest.messages.first), place(guest.answer.locator("p").first)] == before
    assert guest.page.evaluate("scrollY") <= scrolled
    expect(guest.answer.locator("p").last).to_be_in_viewport()
    upstream.release()
    guest.wait_for_answer()
    expect(guest.answer.locator("p").last).to_have_text("So far, so good.")
    expect(guest.answer.locator("p")).to_have_count(31)
    assert guest.messages.evaluate_all("all => all.map(one => one.id)") == ids
    expect(guest.go_on).to_have_count(0)
    streamed = guest.answer_html
    guest.page.reload()
    assert guest.answer_html == streamed


@at_one_site
def test_an_answer_that_was_stopped_goes_on_in_its_place(guest: Visitor, upstream: Upstream) -> None:
    upstream.says("Once upon ", "a time")
    upstream.stalls_after(1)
    guest.open()
    guest.say("Tell me a story")
    expect(guest.answer).to_have_text("Once upon")
    guest.stop.click()
    upstream.hung_up.wait(5)
    upstream.says("a time there was a fox.")
    guest.go_on.click()
    expect(guest.answer).to_have_text("Once upon a time there was a fox.")
    guest.wait_for_answer()
    expect(guest.messages).to_have_count(2)
    expect(guest.log).not_to_contain_text("Stopped.")
