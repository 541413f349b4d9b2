"""The page follows an answer for a reader at its end, lets go of any other at once, and moves nothing that is read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.smoothness import Gauge
from tests.browser.visitor import Visitor
from tests.essay import essay, pieces
from tests.upstream import Upstream

PARAGRAPHS = [f"Paragraph {number} has a [link](https://example.org/{number})\n\n" for number in range(60)]


# A wheel moves a page by and by.
STANDS_STILL = """() => new Promise(resolve => {
  let place, frames = 0
  const look = () => {
    frames = scrollY === place ? frames + 1 : 0
    place = scrollY
    frames < 15 ? requestAnimationFrame(look) : resolve(place)
  }
  look()
})"""


def latest(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("button", name="Latest")


def begin_to_tell(visitor: Visitor, upstream: Upstream) -> None:
    """Have half of a long answer on the page, with its reader at the end of it."""
    upstream.says("".join(PARAGRAPHS[:30]), "".join(PARAGRAPHS[30:]), "The end.", reasoning=("Let me see. " * 300,))
    upstream.stalls_after(2)
    visitor.open()
    visitor.say("Tell me a lot")
    expect(visitor.answer.get_by_text("Paragraph 29")).to_be_in_viewport()
    expect(latest(visitor)).to_be_hidden()


def turn_the_wheel(visitor: Visitor) -> None:
    visitor.page.mouse.move(700, 300)
    visitor.page.mouse.wheel(0, -8)


def go_to_a_link(visitor: Visitor) -> None:
    visitor.answer.get_by_role("link").nth(25).focus()


def select_words(visitor: Visitor) -> None:
    visitor.answer.get_by_text("Paragraph 28").dblclick(position={"x": 10, "y": 10})


def open_the_thoughts(visitor: Visitor) -> None:
    visitor.page.get_by_text("Thinking", exact=True).or_(visitor.page.get_by_text("Thought for")).click()


WAYS = [turn_the_wheel, go_to_a_link, select_words, open_the_thoughts]


@pytest.mark.parametrize("let_go", WAYS, ids=lambda way: way.__name__)
def test_who_moves_up_or_has_something_in_hand_stays_there(
    alice: Visitor, upstream: Upstream, let_go: Callable[[Visitor], None]
) -> None:
    begin_to_tell(alice, upstream)
    let_go(alice)
    before = alice.page.evaluate(STANDS_STILL)
    upstream.release()
    alice.wait_for_answer()
    assert alice.page.evaluate("scrollY") == before
    latest(alice).click()
    expect(alice.answer.get_by_text("The end.")).to_be_in_viewport()
    expect(latest(alice)).to_be_hidden()


def test_twenty_thousand_characters_come_without_anything_moving(alice: Visitor, upstream: Upstream) -> None:
    text = essay(20_000)
    upstream.says(*pieces(text), pause=0.0005, reasoning=("First this, ", "then that."))
    gauge = Gauge(alice.page)
    alice.open()
    gauge.begin()
    alice.say("Tell me everything")
    measured = gauge.read()
    assert measured.shift == 0
    assert measured.removed < len(text) / 10, "what has been read stays where it is"
    expect(alice.answers.last).to_be_in_viewport()
    streamed = alice.answer_html
    assert "Part 13" in streamed[0]
    alice.page.reload()
    assert alice.answer_html == streamed
