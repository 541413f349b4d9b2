"""The list at the side, the search, and a conversation's options, with scripts on and off."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.browsers import Arrive
from tests.processes import Process
from tests.upstream import Upstream


@pytest.fixture(params=["with scripts", "without"])
def bob(request: pytest.FixtureRequest, arrive: Arrive, server: Process, upstream: Upstream) -> Visitor:
    return arrive(server.url, java_script_enabled=request.param == "with scripts")


def say(visitor: Visitor, text: str) -> None:
    """Begin a conversation, and read the answer to its end, whether or not there are scripts."""
    visitor.open()
    visitor.message.fill(text)
    visitor.send.click()
    expect(visitor.heading(text)).to_be_visible()
    visitor.read_on()
    expect(visitor.answers.last).not_to_have_attribute("data-state", "running")


def options(visitor: Visitor, title: str) -> None:
    """Open the menu of a conversation from the list."""
    visitor.heading(title).hover()
    visitor.conversations.get_by_role("link", name=f"Options for {title}").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(title)


def press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).click()


def test_a_conversation_is_renamed_pinned_deleted_and_brought_back(bob: Visitor) -> None:
    say(bob, "First thing")
    options(bob, "First thing")
    bob.page.get_by_role("textbox", name="Title").fill("One thing")
    press(bob, "Rename")
    expect(bob.heading("One thing")).to_have_attribute("aria-current", "page")
    options(bob, "One thing")
    press(bob, "Pin to the top of the list")
    expect(bob.conversations.get_by_role("list", name="Pinned")).to_contain_text("One thing")
    say(bob, "Second thing")
    expect(bob.conversations.get_by_role("list", name="Today")).to_contain_text("Second thing")
    expect(bob.headings).to_have_text(["One thing", "Second thing"])

    options(bob, "One thing")
    press(bob, "Delete conversation")
    expect(bob.page.get_by_role("status").filter(has_text="Deleted “One thing”.")).to_be_visible()
    expect(bob.headings).to_have_text(["Second thing"])
    press(bob, "Undo")
    expect(bob.headings).to_have_text(["One thing", "Second thing"])
    expect(bob.texts.first).to_have_text("First thing")


def test_a_search_finds_the_message_on_whichever_branch_it_is(bob: Visitor, upstream: Upstream) -> None:
    upstream.says("The quokka smiles.")
    say(bob, "Which animal smiles?")
    upstream.says("None of them.")
    say(bob, "And now?")
    bob.page.get_by_role("searchbox", name="Search conversations").fill("SMIL")
    bob.page.keyboard.press("Enter")
    results = bob.page.get_by_role("list", name="Results")
    expect(results.locator("mark").nth(1)).to_have_text("smiles")
    expect(results.get_by_role("link")).to_have_text(["Which animal smiles?"] * 2)
    results.get_by_role("link").first.click()
    expect(bob.answer).to_have_text("The quokka smiles.")
    expect(bob.answers.last).to_be_in_viewport()

    bob.page.get_by_role("searchbox", name="Search conversations").fill("walrus")
    bob.page.keyboard.press("Enter")
    expect(bob.page.get_by_text("No conversation has these words.")).to_be_visible()


def test_everything_is_deleted_in_two_steps(bob: Visitor) -> None:
    say(bob, "One")
    say(bob, "Two")
    bob.page.get_by_role("link", name="All conversations").click()
    press(bob, "Delete all conversations")
    expect(bob.page.get_by_role("heading", level=1)).to_have_text("Conversations")  # the box is required
    bob.page.get_by_role("checkbox").check()
    press(bob, "Delete all conversations")
    expect(bob.page.get_by_role("status").filter(has_text="Deleted 2 conversations.")).to_be_visible()
    expect(bob.headings).to_have_count(0)
    press(bob, "Undo")
    expect(bob.page.get_by_role("navigation", name="Conversations")).to_contain_text("One")


def test_what_is_said_moves_up_the_list_and_what_is_pinned_stays(alice: Visitor) -> None:
    say(alice, "Old")
    say(alice, "Pinned")
    options(alice, "Pinned")
    press(alice, "Pin to the top of the list")
    say(alice, "New")
    expect(alice.headings).to_have_text(["Pinned", "New", "Old"])
    alice.heading("Old").click()
    alice.say_and_wait("More")
    expect(alice.headings).to_have_text(["Pinned", "Old", "New"])
    expect(alice.conversations.get_by_role("link", name="Options for New")).to_have_count(1)
    alice.heading("Pinned").click()
    alice.say_and_wait("More")
    expect(alice.headings).to_have_text(["Pinned", "Old", "New"])
    alice.page.reload()
    expect(alice.headings).to_have_text(["Pinned", "Old", "New"])


def test_what_is_said_in_a_tab_on_a_deleted_conversation_begins_another(alice: Visitor) -> None:
    say(alice, "Here")
    other = alice.another_tab()
    other.page.goto(alice.page.url)
    options(other, "Here")
    press(other, "Delete conversation")
    expect(other.page.get_by_role("button", name="Undo")).to_be_visible()
    alice.say("Still here?")
    expect(alice.alert).to_contain_text("This conversation is gone")
    expect(alice.message).to_have_value("Still here?")
    alice.send.click()
    alice.wait_for_answer()
    expect(alice.texts).to_have_text(["Still here?", "Hello there."])
    alice.forgive("404")
