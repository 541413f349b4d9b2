"""Light and dark, more contrast, colours of the system's own, paper, and the app as one that is installed."""

import shutil
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.visitor import Visitor
from tests.browsers import QUIETLY, Arrive
from tests.processes import Process
from tests.upstream import Upstream

WHOLE = shutil.which("chromium")  # the small one that other tests use does not look at manifests
LIGHT, DARK = [254, 252, 251], [20, 19, 23]  # what parley/theme.py tells a browser to draw around the page

# What is painted there, whatever words the colour is written in.
PAINTED = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d")
  canvas.fillStyle = getComputedStyle(document.body).backgroundColor
  canvas.fillRect(0, 0, 1, 1)
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
}"""


def choice(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("group", name="Theme").get_by_role("button", name=name)


def surface(visitor: Visitor) -> Any:
    return visitor.page.evaluate(PAINTED)


def around(visitor: Visitor) -> Any:
    """The colour that a browser draws around the page."""
    metas = visitor.page.locator("meta[name=theme-color]")
    return metas.evaluate_all("all => all.find(meta => matchMedia(meta.media).matches).content")


def test_a_theme_is_there_at_once_in_every_tab_and_on_the_next_page(alice: Visitor) -> None:
    alice.open()
    alice.message.fill("A draft")
    other = alice.another_tab()
    other.open()
    assert (surface(alice), around(alice)) == (LIGHT, "#fefcfb")
    with alice.page.expect_response("**/theme") as told:
        choice(alice, "Dark").click()
    assert told.value.status == 204
    expect(choice(alice, "Dark")).to_have_attribute("aria-pressed", "true")
    expect(choice(alice, "System")).to_have_attribute("aria-pressed", "false")
    assert (surface(alice), around(alice)) == (DARK, "#141317")
    expect(alice.message).to_have_value("A draft")
    expect(choice(other, "Dark")).to_have_attribute("aria-pressed", "true")
    assert surface(other) == DARK
    other.open("/nowhere")
    assert (surface(other), around(other)) == (DARK, "#141317")
    with alice.page.expect_response("**/theme"):
        choice(alice, "System").click()
    assert (surface(alice), around(alice)) == (LIGHT, "#fefcfb")
    alice.forgive("404")


def test_without_scripts_a_theme_is_a_form_and_the_frame_of_an_answer_follows(
    plain: Visitor, upstream: Upstream
) -> None:
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    plain.open("/?q=Count")
    choice(plain, "Dark").click()
    expect(choice(plain, "Dark")).to_have_attribute("aria-pressed", "true")
    expect(plain.page).to_have_url(f"{plain.url}/?q=Count")
    plain.send.click()
    frame = plain.page.frame_locator("iframe")
    expect(frame.get_by_text("One")).to_be_visible()
    expect(frame.locator("html")).to_have_css("color-scheme", "dark")
    upstream.release()


def test_chromium_finds_nothing_that_keeps_the_app_from_being_installed(browser: Browser, server: Process) -> None:
    whole = browser.browser_type.launch(executable_path=WHOLE, args=QUIETLY)
    page = whole.new_page()
    page.goto(server.url)
    tools = page.context.new_cdp_session(page)
    assert tools.send("Page.getAppManifest")["errors"] == []
    found = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    whole.close()
    assert [error["errorId"] for error in found if error["errorId"] != "in-incognito"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_the_systems_own_colours_nothing_vanishes(
    arrive: Arrive, server: Process, upstream: Upstream, scheme: str
) -> None:
    visitor = arrive(server.url, forced_colors="active", color_scheme=scheme)
    upstream.says("One ", "two")
    upstream.stalls_after(0)
    visitor.open()
    visitor.say("Count")
    canvas = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    expect(visitor.stop).to_be_visible()
    question = visitor.log.locator(".message--question .message__text")
    for line in (question, visitor.stop, visitor.page.locator(".composer__form"), choice(visitor, "Light")):
        expect(line).to_have_css("border-top-style", "solid")
        expect(line).not_to_have_css("border-top-color", canvas)
    for outline in (visitor.page.locator(".entry:has([aria-current])"), visitor.page.locator(".composer__form")):
        expect(outline).to_have_css("outline-style", "solid")
        expect(outline).not_to_have_css("outline-color", canvas)
    dot = visitor.page.locator("[data-waiting]")
    assert dot.evaluate("dot => getComputedStyle(dot, '::before').backgroundColor") != canvas
    expect(choice(visitor, "System")).not_to_have_css("background-color", canvas)
    upstream.release()
    visitor.wait_for_answer()


def test_those_who_need_contrast_see_lines_and_nothing_waits_for_a_mouse(arrive: Arrive, server: Process) -> None:
    visitor = arrive(server.url, contrast="more")
    visitor.open()
    visitor.say_and_wait("Hello")
    visitor.say_and_wait("Again")
    expect(visitor.page.locator(".bar")).to_have_css("backdrop-filter", "none")
    expect(visitor.log.get_by_role("link", name="Edit").first).to_have_css("opacity", "1")
    expect(visitor.conversations.get_by_role("link", name="Options for Hello")).to_have_css("opacity", "1")


def test_paper_has_the_words_and_where_links_lead(alice: Visitor, upstream: Upstream) -> None:
    links = "See [it](https://example.org/there), https://a.example or <https://b.example>."
    upstream.says(f"# Title\n\n{links}\n\n```python\n{'x = 1  # ' + 'long ' * 80}\n```\n")
    alice.open()
    choice(alice, "Dark").click()
    alice.say_and_wait("Print this")
    alice.page.emulate_media(media="print")
    expect(alice.page.locator("html")).to_have_css("color-scheme", "light")
    for chrome in (alice.conversations, alice.message, alice.send, alice.page.get_by_role("link", name="Options")):
        expect(chrome).to_be_hidden()
    expect(alice.log.get_by_role("button")).to_have_count(0)
    question = alice.log.locator(".message--question .message__text")
    expect(question).to_have_css("border-top-style", "solid")
    leads = alice.answer.get_by_role("link").evaluate_all(
        "links => links.map(link => getComputedStyle(link, '::after').content.replaceAll(/^none$|[ \"]/g, ''))"
    )
    assert leads == ["(https://example.org/there)", "", ""]
    code = alice.answer.locator("pre")
    assert code.evaluate("code => code.scrollWidth <= code.clientWidth")
