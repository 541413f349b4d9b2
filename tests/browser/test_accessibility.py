"""Nobody is shut out, in any state: axe finds nothing, and nothing is lost in a small window or with wide-set text."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browsers import Arrive
from tests.states import ON_PHONES_ONLY, STATES, Stage, State, site
from tests.upstream import Upstream

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What may differ there from what was found on a desk in the light.
IN_THE_DARK_ON_A_PHONE = [
    *("color-contrast", "link-in-text-block", "target-size"),
    *("scrollable-region-focusable", "region", "aria-hidden-focus"),
]

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {
    "width": 320,
    "height": 256,
}  # a window of 1280 × 1024 at 400%, which is also narrower than any phone

# The list at the side is the same in all states but those that are about it, and so is the form in states of an answer.
SIDEBAR, COMPOSER = ".sidebar", ".composer__form"
FIND = """async ([runOnly, exclude]) => {
  const { violations } = await axe.run({ exclude }, { resultTypes: ["violations"], runOnly })
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html} ${node.failureSummary}`))
}"""

# As tall as the page: a target that is just passing behind the bar or the composer is covered for that moment only.
HEIGHT = "() => Math.max(innerHeight, document.documentElement.scrollHeight + innerHeight / 2)"

# WCAG 1.4.12: a reader may space text out this far.
SPACED_OUT = """() => {
  const spaced = new CSSStyleSheet()
  spaced.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-block-end: 2em !important }`)
  document.adoptedStyleSheets = [spaced]
}"""

# Where text is wider than the window, or hidden by a box that has no room for it and does not scroll. A line that ends
# in an ellipsis is cut on purpose: what it says stands elsewhere as a whole.
LOST = """() => {
  const { scrollWidth } = document.documentElement
  const wide = scrollWidth > innerWidth ? [`${scrollWidth} pixels wide in a window of ${innerWidth}`] : []
  const cut = [...document.body.querySelectorAll("*")].filter(element => {
    const { overflowX, overflowY, textOverflow, webkitLineClamp, clipPath } = getComputedStyle(element)
    const isMeant = textOverflow === "ellipsis" || webkitLineClamp !== "none" || clipPath !== "none"
    const hidesAcross = /hidden|clip/.test(overflowX) && element.scrollWidth > element.clientWidth + 1
    const hidesBelow = /hidden|clip/.test(overflowY) && element.scrollHeight > element.clientHeight + 1
    const scrolls = element.closest("math, svg, select, input")
    return (hidesAcross || hidesBelow) && !isMeant && !scrolls && element.checkVisibility()
  })
  return [...wide, ...cut.map(element => `cut off: ${element.outerHTML.slice(0, 160)}`)]
}"""


@pytest.fixture
def stage(arrive: Arrive, service: Upstream, upstream: Upstream, tmp_path: Path) -> Iterator[Stage]:
    with site(tmp_path, service) as both:
        yield Stage(arrive(both.app.url), upstream, both)


@pytest.mark.timeout(900)  # a minute, but on a busy machine it takes longer than others may
def test_every_state_is_open_to_everybody(stage: Stage) -> None:
    states = [state for group in STATES.values() for state in group]
    problems = [f"{state.__name__}: {problem}" for state in states for problem in _problems(stage, state)]
    assert not problems, "\n".join(problems)


def _problems(stage: Stage, state: State) -> Iterator[str]:
    page = stage.visitor.page
    _take(page, PHONE if state in ON_PHONES_ONLY else DESK, "light")
    stage.enter(state)
    page.evaluate(AXE)
    known = [*([] if state in STATES["lists"] else [SIDEBAR]), *([COMPOSER] if state in STATES["answers"] else [])]
    yield from _found(page, "tag", RULES, known)
    _take(page, PHONE, "dark")
    page.set_viewport_size(PHONE | {"height": page.evaluate(HEIGHT)})
    yield from _found(page, "rule", IN_THE_DARK_ON_A_PHONE, known)
    page.set_viewport_size(NARROW)
    page.evaluate(SPACED_OUT)
    yield from page.evaluate(LOST)


def _take(page: Page, device: ViewportSize, scheme: Literal["light", "dark"]) -> None:
    """Turn the window into that of another device, with or without a finger on it."""
    page.set_viewport_size(device)
    page.emulate_media(color_scheme=scheme)
    line = page.context.new_cdp_session(page)
    line.send("Emulation.setTouchEmulationEnabled", {"enabled": device is PHONE})
    assert page.evaluate("matchMedia('(pointer: coarse)').matches") == (device is PHONE)


def _found(page: Page, kind: str, values: list[str], exclude: list[str]) -> list[str]:
    found: list[str] = page.evaluate(FIND, [{"type": kind, "values": values}, exclude])
    return found
