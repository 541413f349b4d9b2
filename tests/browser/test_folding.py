"""A long conversation opens at its end before all of it is laid out, and who reads upwards does not notice."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.smoothness import Gauge
from tests.browser.visitor import Visitor
from tests.essay import essay
from tests.trees import answer, file_of, question

EXCHANGES = 20
AT_THE_END = 10  # messages that are laid out at once
LAID_OUT = "all => all.map(one => one.checkVisibility({ contentVisibilityAuto: true }))"
TOP = "message => message.getBoundingClientRect().top"
STEP = 600  # pixels

# How far the first message moves in the window while the page is scrolled up, once what follows from it is laid out.
MOVED_BY = """async step => {
  const messages = [...document.querySelectorAll(".message")]
  const message = messages.find(one => one.getBoundingClientRect().bottom > 100)
  const before = message.getBoundingClientRect().top
  scrollBy({ top: -step, behavior: "instant" })
  for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame)
  return message.getBoundingClientRect().top - before
}"""


def long_conversation() -> bytes:
    """With answers of many heights, none of them the one that is guessed."""
    said = []
    for number in range(EXCHANGES):
        before = f"a{number - 1}" if number else None
        said.append(question(f"q{number}", f"Question {number}?", before))
        said.append(answer(f"a{number}", f"Answer {number}.\n\n{essay(50 + 300 * (number % 7))}", f"q{number}"))
    return json.dumps(file_of(*said)).encode()


def come_in(visitor: Visitor) -> None:
    """Come to the conversation by a link, as from the list."""
    visitor.page.goto(visitor.page.url)
    expect(visitor.page.locator("parley-copy:defined").last).to_be_attached()
    expect(visitor.texts.last).to_be_in_viewport()


def bring_along(visitor: Visitor) -> None:
    visitor.open("/conversations/import")
    field = visitor.page.get_by_label("File")
    field.set_input_files({"name": "a.json", "mimeType": "text/json", "buffer": long_conversation()})
    visitor.page.get_by_role("button", name="Import").click()
    expect(visitor.messages).to_have_count(2 * EXCHANGES)


@pytest.fixture
def reader(alice: Visitor) -> Visitor:
    """Somebody who has brought a long conversation along."""
    bring_along(alice)
    return alice


def laid_out(visitor: Visitor) -> list[bool]:
    """For each message whether its words are."""
    visible: list[bool] = visitor.texts.evaluate_all(LAID_OUT)
    return visible


def test_what_stands_far_above_its_end_is_not_laid_out_yet(reader: Visitor) -> None:
    come_in(reader)
    assert not any(laid_out(reader)[:AT_THE_END])
    assert all(laid_out(reader)[-AT_THE_END:])


def test_what_one_reads_moves_only_as_one_scrolls_while_more_is_laid_out_above(reader: Visitor) -> None:
    come_in(reader)
    moved = []
    while reader.page.evaluate("scrollY") > 2 * STEP:
        moved.append(reader.page.evaluate(MOVED_BY, STEP))
    assert moved == pytest.approx([STEP] * len(moved), abs=1)


def test_a_message_that_is_sent_moves_nothing(reader: Visitor) -> None:
    gauge = Gauge(reader.page)
    come_in(reader)
    gauge.begin()
    reader.say("And then?")
    assert gauge.read().shift == 0
    expect(reader.messages).to_have_count(2 * EXCHANGES + 2)
    expect(reader.texts.last).to_be_in_viewport()


def test_a_reload_and_the_way_back_find_the_place_far_above(reader: Visitor) -> None:
    come_in(reader)
    third = reader.messages.nth(2)
    third.evaluate("message => message.scrollIntoView({ block: 'start', behavior: 'instant' })")
    place = third.evaluate(TOP)
    reader.page.reload()
    expect(third).to_be_in_viewport()
    assert third.evaluate(TOP) == pytest.approx(place, abs=1)
    assert all(laid_out(reader))
    reader.page.get_by_role("link", name="New chat").click()
    expect(reader.messages).to_have_count(0)
    reader.page.go_back()
    expect(third).to_be_in_viewport()
    assert third.evaluate(TOP) == pytest.approx(place, abs=1)


def test_all_of_it_is_found_and_copied(reader: Visitor) -> None:
    come_in(reader)
    reader.log.focus()
    reader.page.keyboard.press("Control+a")
    reader.page.wait_for_function("getSelection().toString().includes('Question 0?')")


def test_without_scripts_all_of_it_is_laid_out(plain: Visitor) -> None:
    bring_along(plain)
    assert plain.messages.first.evaluate("it => getComputedStyle(it).contentVisibility") == "visible"
