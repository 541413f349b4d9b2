"""Texts of other scripts and shapes: read from their own side, and kept within their own message."""

from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.upstream import Upstream

HEBREW = "שלום, כך שולחים תשובה"
MIXED = f"{HEBREW}\n\nAn English paragraph.\n\n- {HEBREW}\n- English\n\n```python\nprint('{HEBREW}')\n```\n\n"
DEEP = "".join("  " * depth + f"- of depth {depth}\n" for depth in range(24))
MARKS = "Z" + "\u0301\u0302\u0303\u0308" * 2500
FORMULA = "\\[ " + "x + " * 80 + "y \\]"

SIDES = """all => all.map(one => {
  const words = document.createRange()
  words.selectNodeContents(one)
  const { left, right } = words.getBoundingClientRect(), box = one.getBoundingClientRect()
  return Math.round(left - box.left) <= Math.round(box.right - right) ? "left" : "right"
})"""


def test_each_paragraph_is_read_from_its_own_side_and_code_from_the_left(alice: Visitor, upstream: Upstream) -> None:
    upstream.says(MIXED)
    alice.open()
    alice.say_and_wait(f"{HEBREW}\nIn English")
    assert alice.answer.locator("> p").evaluate_all(SIDES) == ["right", "left"]
    assert alice.answer.locator("li").evaluate_all(SIDES) == ["right", "right"]  # both beside their marks
    assert alice.answer.locator("code").evaluate("code => getComputedStyle(code).direction") == "ltr"
    for title in (alice.page.get_by_role("heading", level=1), alice.headings):
        assert title.evaluate("title => getComputedStyle(title).direction") == "rtl"


def test_deep_lists_have_room_and_a_heap_of_marks_covers_no_other_message(alice: Visitor, upstream: Upstream) -> None:
    upstream.says(f"{DEEP}\n{MARKS}\n\n{FORMULA}\n")
    alice.page.set_viewport_size({"width": 320, "height": 640})
    alice.open()
    alice.message.fill("Show me")
    alice.send.click()
    alice.wait_for_answer()
    narrowest = alice.answer.locator("li").evaluate_all("all => Math.min(...all.map(one => one.clientWidth))")
    assert narrowest > 150
    assert alice.page.evaluate("document.documentElement.scrollWidth") == 320
    expect(alice.answer).to_have_css("overflow", "clip")
    formula = alice.answer.locator("math")
    formula.focus()
    expect(formula).to_be_focused()  # and so moved by keys
