"""The main job in a browser that runs scripts: the page stays, and the answer comes into it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MESSAGE_LIMIT
from tests.browser.visitor import CONVERSATION, Visitor
from tests.upstream import MARKDOWN, Upstream

ODDITIES = """\
A paragraph
of two lines, with a [link] that is explained later.

- [x] a task
- and *one* more

  with a paragraph

> A quote
> > in a quote

\\[ \\sum_{i=1}^n i = \\frac{n(n+1)}{2} \\]

[link]: https://example.org

<b>Not bold</b> &amp; done
===

```
no language
```
"""


@pytest.mark.parametrize("way", ["Enter", "the button"])
def test_a_message_is_answered_in_place(alice: Visitor, upstream: Upstream, way: str) -> None:
    upstream.says("It is **so** ", "cool.")
    alice.open()
    alice.page.evaluate("window.isTheSame = true")
    alice.message.fill("Why is Heroku so cool?")
    if way == "Enter":
        alice.message.press("Enter")
    else:
        alice.send.click()

    expect(alice.answer).to_have_text("It is so cool.")
    expect(alice.answer.locator("strong")).to_have_text("so")
    alice.wait_for_answer()
    expect(alice.messages).to_have_count(2)
    expect(alice.page).to_have_title("Why is Heroku so cool? · Parley")
    expect(alice.page.get_by_role("heading", level=1)).to_have_text("Why is Heroku so cool?")
    expect(alice.heading("Why is Heroku so cool?")).to_have_attribute("aria-current", "page")
    expect(alice.message).to_be_focused()
    assert alice.page.evaluate("window.isTheSame")


def test_an_answer_is_shown_while_it_is_written(alice: Visitor, upstream: Upstream) -> None:
    upstream.says("The first words, ", "and the last.")
    upstream.stalls_after(1)
    alice.open()
    alice.say("Tell me")
    expect(alice.answer).to_have_text("The first words,")
    expect(alice.page).to_have_url(CONVERSATION)
    expect(alice.status).to_have_text("Answering")
    upstream.release()
    expect(alice.answer).to_have_text("The first words, and the last.")
    expect(alice.status).to_have_text("Answer complete")
    expect(alice.stop).to_be_hidden()


def test_the_next_message_knows_what_was_said(alice: Visitor, upstream: Upstream) -> None:
    upstream.says("Nice to meet you, Ada.")
    alice.open()
    alice.say_and_wait("I am Ada.")
    alice.say_and_wait("Who am I?")
    expect(alice.messages).to_have_count(4)
    expect(alice.headings).to_have_count(1)
    assert [message["content"] for message in upstream.chats[-1]["messages"]] == [
        "I am Ada.",
        "Nice to meet you, Ada.",
        "Who am I?",
    ]


@pytest.mark.parametrize("text", [MARKDOWN, ODDITIES], ids=["ordinary", "odd"])
def test_what_streamed_in_is_what_a_reload_shows(alice: Visitor, upstream: Upstream, text: str) -> None:
    upstream.says(*re.findall(r"[\s\S]{1,5}", text), pause=0.012, reasoning=("First this, ", "then that."))
    alice.open()
    alice.say_and_wait("Show me everything")
    streamed = alice.answer_html
    alice.page.reload()
    assert alice.answer_html == streamed
    expect(alice.log.locator(".reasoning")).not_to_have_attribute("open")


def test_a_stranger_finds_nothing_of_it(alice: Visitor, stranger: Visitor) -> None:
    alice.open()
    alice.say_and_wait("Between you and me")
    assert stranger.page.goto(alice.page.url).status == 404  # type: ignore[union-attr]
    expect(stranger.alert).to_contain_text("There is no such page here.")
    stranger.open()
    expect(stranger.headings).to_have_count(0)
    stranger.forgive("404")


def test_a_page_that_is_reloaded_in_mid_answer_has_what_came_and_hears_the_rest(
    alice: Visitor, upstream: Upstream
) -> None:
    upstream.says("# One\n\nTwo\n\n", "- three\n- fo", "ur\n\nFive")
    upstream.stalls_after(2)
    alice.open()
    alice.say("Count")
    expect(alice.answer).to_contain_text("fo")
    alice.page.reload()
    expect(alice.answer).to_contain_text("fo")
    alice.page.evaluate("document.querySelector('[data-blocks] > *').isTheSame = true")
    expect(alice.stop).to_be_visible()
    upstream.release()
    alice.wait_for_answer()
    assert alice.answer.inner_text().split() == ["One", "Two", "three", "four", "Five"]
    assert alice.page.evaluate("document.querySelector('[data-blocks] > *').isTheSame"), "what was there has not moved"
    expect(alice.messages).to_have_count(2)
    streamed = alice.answer_html
    alice.page.reload()
    assert alice.answer_html == streamed


@pytest.mark.parametrize("way", ["the button", "Escape"])
def test_stop_ends_an_answer_and_keeps_what_came(alice: Visitor, upstream: Upstream, way: str) -> None:
    upstream.says("Once upon ", "a time")
    upstream.stalls_after(1)
    alice.open()
    alice.say("Tell me a story")
    expect(alice.answer).to_have_text("Once upon")
    if way == "Escape":
        alice.page.keyboard.press("Escape")
    else:
        alice.stop.click()
    expect(alice.log).to_contain_text("Stopped.")
    assert upstream.hung_up.wait(3)
    alice.wait_for_answer()
    expect(alice.message).to_be_focused()
    alice.page.reload()
    expect(alice.answer).to_have_text("Once upon")
    expect(alice.log).to_contain_text("Stopped.")


def test_an_answer_can_be_stopped_before_its_first_word_and_after_a_reload(alice: Visitor, upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    alice.open()
    alice.say("Think about it")
    expect(alice.page).to_have_url(CONVERSATION)
    alice.page.reload()
    alice.stop.click()
    expect(alice.log).to_contain_text("Stopped.")
    assert upstream.hung_up.wait(3)


def test_a_message_can_be_written_while_an_answer_comes_and_is_sent_after_it(
    alice: Visitor, upstream: Upstream
) -> None:
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    alice.open()
    alice.say("Count")
    expect(alice.stop).to_be_visible()
    alice.say("Go on")
    expect(alice.message).to_have_value("Go on")
    upstream.release()
    expect(alice.send).to_be_visible()
    alice.message.press("Enter")
    alice.wait_for_answer()
    expect(alice.messages).to_have_count(4)
    assert len(upstream.chats) == 2


def test_shift_and_enter_break_the_line(alice: Visitor, upstream: Upstream) -> None:
    alice.open()
    alice.message.press_sequentially("One")
    alice.message.press("Shift+Enter")
    alice.message.press_sequentially("two")
    expect(alice.message).to_have_value("One\ntwo")
    alice.message.press("Enter")
    alice.wait_for_answer()
    assert upstream.chats[0]["messages"][0]["content"] == "One\ntwo"


def test_nothing_is_not_sent(alice: Visitor, upstream: Upstream) -> None:
    alice.open()
    alice.say(" \n ")
    alice.message.press("Enter")
    expect(alice.messages).to_have_count(0)
    alice.say_and_wait("Something")
    assert len(upstream.chats) == 1


def test_a_message_that_is_refused_keeps_its_text_and_says_why(alice: Visitor, upstream: Upstream) -> None:
    alice.open()
    alice.say("a" * (MESSAGE_LIMIT + 1))
    expect(alice.alert).to_contain_text("2,001 characters")
    expect(alice.message).to_have_value("a" * (MESSAGE_LIMIT + 1))
    expect(alice.message).to_be_focused()
    assert not upstream.chats
    alice.message.fill("a")
    expect(alice.alert).to_be_hidden()
    alice.message.press("Enter")
    alice.wait_for_answer()
    alice.forgive("422")


def test_a_form_that_has_expired_comes_back_with_its_text_and_can_be_sent_again(alice: Visitor) -> None:
    alice.open()
    alice.say_and_wait("First")
    alice.open()
    alice.context.clear_cookies()
    alice.say("Long thought about")
    expect(alice.alert).to_contain_text("Your text is still here")
    expect(alice.message).to_have_value("Long thought about")
    alice.send.click()
    alice.wait_for_answer()
    expect(alice.messages).to_have_count(2)
    expect(alice.page).to_have_title("Long thought about · Parley")
    alice.forgive("400")


def test_a_draft_outlives_a_reload_and_belongs_to_its_conversation(alice: Visitor) -> None:
    alice.open()
    alice.message.fill("Half a thou")
    alice.page.reload()
    expect(alice.message).to_have_value("Half a thou")
    alice.say_and_wait("A whole thought")
    alice.page.reload()
    expect(alice.message).to_have_value("")
    alice.message.fill("And ano")
    alice.page.get_by_role("link", name="New chat").click()
    expect(alice.messages).to_have_count(0)
    expect(alice.message).to_have_value("")
    alice.heading("A whole thought").click()
    expect(alice.message).to_have_value("And ano")


def test_a_failed_answer_says_why_and_is_asked_for_again_in_place(alice: Visitor, upstream: Upstream) -> None:
    upstream.refuses(401, {"error": {"message": "invalid key"}})
    alice.open()
    alice.say("Are you there?")
    alice.wait_for_answer()
    expect(alice.answers.last.locator(".notice--error")).not_to_be_empty()
    here = alice.page.url
    upstream.says("I am.")
    alice.retry.click()
    expect(alice.answer).to_have_text("I am.")
    alice.wait_for_answer()
    expect(alice.messages).to_have_count(2)
    expect(alice.retry).to_have_count(0)
    streamed = alice.answer_html
    alice.page.reload()
    assert alice.page.url == here
    assert alice.answer_html == streamed
    assert [message["content"] for message in upstream.chats[-1]["messages"]] == ["Are you there?"]


def test_an_answer_that_broke_off_is_kept_as_a_version_of_its_own(alice: Visitor, upstream: Upstream) -> None:
    upstream.says("So f", "ar")
    upstream.drops_after(1)
    alice.open()
    alice.say("Tell me")
    alice.wait_for_answer()
    expect(alice.answer).to_have_text("So f")
    upstream.says("So far, so good.")
    alice.retry.click()
    expect(alice.answer).to_have_text("So far, so good.")
    expect(alice.log).to_contain_text("2 / 2")
    expect(alice.messages).to_have_count(2)
    alice.wait_for_answer()
    alice.page.get_by_role("link", name="Version before").click()
    expect(alice.answer).to_have_text("So f")
    upstream.says("It goes on from here.")
    alice.say("Go on")
    expect(alice.answer).to_have_text("It goes on from here.")
    alice.wait_for_answer()
    expect(alice.messages).to_have_count(4)
    assert [message["content"] for message in upstream.chats[-1]["messages"]] == ["Tell me", "So f", "Go on"]


def test_back_leads_to_the_new_chat_and_forward_to_the_conversation(alice: Visitor) -> None:
    alice.open()
    alice.say_and_wait("Hello")
    alice.page.go_back()
    expect(alice.messages).to_have_count(0)
    expect(alice.message).to_have_value("")
    expect(alice.page.locator("parley-composer:defined")).to_be_visible()
    alice.page.go_forward()
    expect(alice.messages).to_have_count(2)
    alice.page.get_by_role("link", name="New chat").click()
    expect(alice.messages).to_have_count(0)
    alice.page.go_back()
    expect(alice.messages).to_have_count(2)


def test_a_reader_at_the_end_is_kept_there_and_one_who_scrolls_up_is_left_alone(
    alice: Visitor, upstream: Upstream
) -> None:
    paragraphs = [f"Paragraph {number}\n\n" for number in range(60)]
    upstream.says("".join(paragraphs[:30]), "".join(paragraphs[30:]), "The end.")
    upstream.stalls_after(1)
    alice.open()
    alice.say("Tell me a lot")
    expect(alice.answer.get_by_text("Paragraph 29")).to_be_in_viewport()
    alice.page.mouse.move(700, 300)
    alice.page.mouse.wheel(0, -400)
    latest = alice.page.get_by_role("button", name="Latest")
    expect(latest).to_be_visible()
    before = alice.page.evaluate("scrollY")
    upstream.release()
    alice.wait_for_answer()
    assert alice.page.evaluate("scrollY") == before
    latest.click()
    expect(alice.answer.get_by_text("The end.")).to_be_in_viewport()
    expect(latest).to_be_hidden()


def test_a_link_leads_to_the_end_of_a_conversation(alice: Visitor, upstream: Upstream) -> None:
    upstream.says("".join(f"Paragraph {number}\n\n" for number in range(60)))
    alice.open()
    alice.say_and_wait("Tell me a lot")
    alice.page.get_by_role("link", name="New chat").click()
    alice.heading("Tell me a lot").click()
    expect(alice.answer.get_by_text("Paragraph 59")).to_be_in_viewport()


def test_what_is_for_pages_without_script_is_not_there(alice: Visitor, upstream: Upstream) -> None:
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    alice.open()
    alice.say("Count")
    expect(alice.answer).to_have_text("One")
    for _ in range(2):
        expect(alice.stop).to_have_count(1)
        expect(alice.page.get_by_text("Read it as it is written")).to_have_count(0)
        alice.page.reload()


def test_a_models_markup_and_a_visitors_stay_text(alice: Visitor, upstream: Upstream) -> None:
    attack = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    upstream.says(attack, " [a](javascript:alert(1))")
    alice.open()
    alice.say_and_wait(attack)
    for _ in range(2):
        expect(alice.log.get_by_text("<script>alert(1)</script>")).to_have_count(2)
        expect(alice.log.locator("img, script, a[href^=javascript]")).to_have_count(0)
        alice.page.reload()
