"""Editing, regenerating and moving between versions, as one does it in a browser, with scripts and without."""

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import MESSAGE_LIMIT
from tests.browser.visitor import CONVERSATION, Visitor
from tests.upstream import Upstream

OWL = "owl-1"
OLDER_BRANCH = re.compile(r"\?at=[0-9a-f-]{36}")


@pytest.fixture(params=["scripts", "no scripts"])
def visitor(request: pytest.FixtureRequest) -> Visitor:
    found: Visitor = request.getfixturevalue("alice" if request.param == "scripts" else "plain")
    return found


def say(visitor: Visitor, text: str) -> None:
    """Say something, and wait for its answer, whether there are scripts or not."""
    visitor.message.fill(text)
    visitor.send.click()
    expect(visitor.texts.get_by_text(text, exact=True)).to_be_visible()
    visitor.read_on()
    visitor.wait_for_answer()


def question(visitor: Visitor, number: int = -1) -> Locator:
    return visitor.log.locator(".message--question").nth(number)


def begin_to_edit(visitor: Visitor, number: int = -1) -> Locator:
    question(visitor, number).hover()
    question(visitor, number).get_by_role("link", name="Edit").click()
    form = visitor.page.locator("form").filter(has=visitor.page.get_by_label("Edit question"))
    expect(form.get_by_label("Edit question")).to_be_focused()
    return form


def wait_for_scripts(visitor: Visitor) -> None:
    expect(visitor.page.locator("parley-transcript:defined")).to_be_visible()


def edit(visitor: Visitor, text: str, number: int = -1) -> None:
    form = begin_to_edit(visitor, number)
    form.get_by_label("Edit question").fill(text)
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_count(0)


def regenerate(visitor: Visitor) -> None:
    visitor.answers.last.get_by_role("button", name="Regenerate").click()


def move(visitor: Visitor, name: str) -> None:
    visitor.log.get_by_role("link", name=name).click()


def test_what_is_edited_and_regenerated_is_kept(visitor: Visitor, upstream: Upstream) -> None:
    upstream.says("Not Heroku.")
    visitor.open()
    say(visitor, "Who wrote the Ilead?")
    upstream.says("Homer.")
    edit(visitor, "Who wrote the Iliad?")
    visitor.read_on()
    expect(visitor.texts).to_have_text(["Who wrote the Iliad?", "Homer."])
    upstream.says("A poet of that name.")
    regenerate(visitor)
    visitor.read_on()
    expect(visitor.texts).to_have_text(["Who wrote the Iliad?", "A poet of that name."])
    expect(visitor.log.get_by_text("Version 2 of 2")).to_have_count(2)

    visitor.answers.last.get_by_role("button", name="More").click()
    visitor.answers.last.get_by_role("link", name="Regenerate with another model").click()
    upstream.says("I am the owl.")
    again = visitor.page.locator("form").filter(has=visitor.page.locator("#again"))
    again.get_by_label("Model").select_option(OWL)
    again.get_by_role("button", name="Regenerate").click()
    expect(again).to_have_count(0)
    visitor.read_on()
    expect(visitor.texts).to_have_text(["Who wrote the Iliad?", "I am the owl."])
    expect(visitor.answers.last).to_contain_text("Version 3 of 3")
    expect(visitor.answers.last).to_contain_text(OWL)

    visitor.answers.last.get_by_role("link", name="Version before").click()
    expect(visitor.answer).to_have_text("A poet of that name.")
    visitor.answers.last.get_by_role("link", name="Version before").click()
    expect(visitor.answer).to_have_text("Homer.")
    question(visitor).get_by_role("link", name="Version before").click()
    expect(visitor.texts).to_have_text(["Who wrote the Ilead?", "Not Heroku."])
    question(visitor).get_by_role("link", name="Version after").click()
    expect(visitor.texts).to_have_text(["Who wrote the Iliad?", "I am the owl."])
    expect(visitor.page).to_have_url(CONVERSATION)


def test_an_edit_is_answered_in_place(alice: Visitor, upstream: Upstream) -> None:
    alice.open()
    for text in ("First", "Secnd", "Third"):
        say(alice, text)
    alice.message.fill("Half a thou")
    form = begin_to_edit(alice, 1)
    wait_for_scripts(alice)
    alice.page.evaluate("window.isTheSame = true")
    field = form.get_by_label("Edit question")
    assert field.evaluate("field => field.selectionStart") == len("Secnd")
    field.fill("Second")
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    field.press("Enter")
    expect(alice.texts).to_have_text(["First", "Hello there.", "Second", "One"])
    expect(question(alice)).to_contain_text("Version 2 of 2")
    expect(alice.page).to_have_url(CONVERSATION)
    upstream.release()
    expect(alice.answer).to_have_text("One two")
    expect(alice.send).to_be_enabled()
    expect(alice.message).to_have_value("Half a thou")
    assert alice.page.evaluate("window.isTheSame")
    streamed = alice.answer_html
    alice.page.reload()
    assert alice.answer_html == streamed
    expect(alice.texts).to_have_text(["First", "Hello there.", "Second", "One two"])


def test_an_edit_is_begun_by_a_key_and_given_up_by_another(alice: Visitor, upstream: Upstream) -> None:
    alice.open()
    say(alice, "Helo")
    alice.message.press("ArrowUp")
    form = alice.page.locator("form").filter(has=alice.page.get_by_label("Edit question"))
    expect(form).to_be_visible()
    wait_for_scripts(alice)
    form.get_by_label("Edit question").fill("Hello")
    form.get_by_label("Edit question").press("Escape")
    expect(form).to_have_count(0)
    expect(alice.texts).to_have_text(["Helo", "Hello there."])
    assert len(upstream.chats) == 1


def test_who_writes_before_the_scripts_are_there_is_left_alone(alice: Visitor) -> None:
    alice.open()
    say(alice, "Helo")
    held: list[Route] = []
    alice.page.route("**/*.js", lambda route: held.append(route))
    message = begin_to_edit(alice).get_by_label("Edit question")
    message.select_text()
    held[0].continue_()
    wait_for_scripts(alice)
    alice.page.keyboard.insert_text("Hello")
    expect(message).to_have_value("Hello")


def test_a_refused_edit_keeps_its_text(visitor: Visitor, upstream: Upstream) -> None:
    visitor.open()
    say(visitor, "Helo")
    form = begin_to_edit(visitor)
    form.get_by_label("Edit question").fill("a" * (MESSAGE_LIMIT + 1))
    form.get_by_role("button", name="Send").click()
    expect(visitor.alert.first).to_contain_text("2,001 characters")
    expect(form.get_by_label("Edit question")).to_have_value("a" * (MESSAGE_LIMIT + 1))
    form.get_by_label("Edit question").fill("Hello")
    form.get_by_role("button", name="Send").click()
    visitor.read_on()
    expect(visitor.texts).to_have_text(["Hello", "Hello there."])
    assert len(upstream.chats) == 2
    visitor.forgive("422")


def test_a_link_to_a_branch_shows_it_and_what_is_said_there_goes_on_there(alice: Visitor, upstream: Upstream) -> None:
    upstream.sends('data: {"choices": [{"delta": {"content": "So far"}}]}\n\n')
    alice.open()
    say(alice, "How far?")
    upstream.says("Not far.")
    edit(alice, "How near?")
    expect(alice.answer).to_have_text("Not far.")
    move(alice, "Version before")
    expect(alice.page).to_have_url(OLDER_BRANCH)
    other = alice.another_tab()
    other.page.goto(alice.page.url)
    expect(other.texts).to_have_text(["How far?", "So far"])

    upstream.says(", so good.")
    other.message.fill("Half a thou")
    other.go_on.click()
    expect(other.answer).to_have_text("So far, so good.")
    expect(other.page).to_have_url(OLDER_BRANCH)
    expect(other.message).to_have_value("Half a thou")
    other.page.reload()
    expect(other.texts).to_have_text(["How far?", "So far, so good."])

    upstream.says("Gladly.")
    say(other, "Go on")
    expect(other.texts).to_have_text(["How far?", "So far, so good.", "Go on", "Gladly."])
    other.page.reload()
    expect(other.texts).to_have_text(["How far?", "So far, so good.", "Go on", "Gladly."])
    say(other, "Further")
    expect(other.messages).to_have_count(6)


def test_a_tab_on_the_newest_branch_follows_the_conversation_and_another_stays(alice: Visitor) -> None:
    alice.open()
    say(alice, "One")
    follower, stayer = alice.another_tab(), alice.another_tab()
    follower.page.goto(alice.page.url)
    edit(alice, "Another one")
    expect(follower.texts).to_have_text(["Another one", "Hello there."])
    stayer.page.goto(alice.page.url)
    move(stayer, "Version before")
    expect(stayer.page).to_have_url(OLDER_BRANCH)
    alice.wait_for_answer()
    edit(alice, "A third one")
    expect(follower.texts).to_have_text(["A third one", "Hello there."])
    expect(stayer.log).to_contain_text("1 / 3")
    expect(stayer.texts).to_have_text(["One", "Hello there."])


def test_a_tab_stays_with_the_answer_that_is_written_in_it(alice: Visitor, upstream: Upstream) -> None:
    alice.open()
    say(alice, "One")
    other = alice.another_tab()
    other.page.goto(alice.page.url)
    upstream.says("Two ", "three")
    upstream.stalls_after(1)
    other.say("Two")
    expect(alice.answer).to_have_text("Two")
    upstream.says("Elsewhere.")
    edit(alice, "Another one", 0)
    expect(alice.texts).to_have_text(["Another one", "Elsewhere."])
    expect(other.page).to_have_url(OLDER_BRANCH)
    expect(other.texts).to_have_text(["One", "Hello there.", "Two", "Two"])
    upstream.release()
    expect(other.answer).to_have_text("Two three")
    expect(other.send).to_be_enabled()
    say(other, "Four")
    expect(other.messages).to_have_count(6)
    assert [message["content"] for message in upstream.chats[-1]["messages"]][-2:] == ["Two three", "Four"]
