"""Whoever comes to a message stays with it: by a link, by another version of it, by a reload, on the way back."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_branches import begin_to_edit, edit, question
from tests.browser.visitor import Visitor
from tests.upstream import Upstream

LONG = "".join(f"Paragraph {number}\n\n" for number in range(40))
IN_THE_MIDDLE = 300  # pixels from the top of the window
BAR = 52  # pixels

TOP = "message => message.getBoundingClientRect().top"


def put(visitor: Visitor, number: int, height: int) -> None:
    """Scroll until a question stands so far down in the window."""
    top = question(visitor, number).evaluate(TOP)
    visitor.page.evaluate("by => scrollBy({ top: by, behavior: 'instant' })", top - height)


def height_of(visitor: Visitor, number: int) -> int:
    expect(visitor.page.locator("parley-transcript:defined")).to_be_visible()
    visitor.page.evaluate(
        "() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)))"
    )  # it is shown
    height: float = question(visitor, number).evaluate(TOP)
    return round(height)


@pytest.fixture
def reader(alice: Visitor, upstream: Upstream) -> Visitor:
    """Somebody with a long conversation, in which the second of three questions has two versions."""
    upstream.says(LONG)
    alice.open()
    for text in ("First", "Secnd", "Third"):
        alice.say_and_wait(text)
    edit(alice, "Second", 1)
    alice.wait_for_answer()
    return alice


def test_another_version_and_a_form_stand_where_the_message_stood(reader: Visitor) -> None:
    put(reader, 1, IN_THE_MIDDLE)
    reader.log.get_by_role("link", name="Version before").click()
    expect(reader.log).to_contain_text("Secnd")
    assert abs(height_of(reader, 1) - IN_THE_MIDDLE) <= 1
    begin_to_edit(reader, 1)
    assert abs(height_of(reader, 1) - IN_THE_MIDDLE) <= 1
    reader.page.keyboard.press("Escape")
    expect(reader.texts.nth(2)).to_have_text("Secnd")
    assert abs(height_of(reader, 1) - IN_THE_MIDDLE) <= 1


def test_a_link_to_a_message_shows_it_beneath_the_bar_and_a_reload_and_the_way_back_its_place(reader: Visitor) -> None:
    here = f"{reader.page.url}#{question(reader, 1).get_attribute('id')}"
    reader.open()
    reader.page.goto(here)
    assert BAR <= height_of(reader, 1) < 2 * BAR
    assert question(reader, 1).evaluate("message => getComputedStyle(message, '::before').content") != "none"
    put(reader, 1, IN_THE_MIDDLE)
    reader.page.reload()
    assert height_of(reader, 1) == IN_THE_MIDDLE
    reader.page.get_by_role("link", name="New chat").click()
    expect(reader.messages).to_have_count(0)
    reader.page.go_back()
    assert height_of(reader, 1) == IN_THE_MIDDLE
