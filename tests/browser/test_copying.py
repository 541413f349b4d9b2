"""Copying an answer, a message or code, with a clipboard and without, and what else stands beneath an answer."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.visitor import Visitor
from tests.browsers import Arrive
from tests.processes import Process
from tests.upstream import Upstream

CODE = "\n\ndef f():\n\treturn '<é> 🦜'  \n\n\n# end"
ANSWER = f"**Bold** words\n\n```python\n{CODE}\n```\n\n\tindented\n\n1. In a list\n\n   ```\n   no language\n   ```\n"
NARROW = 320

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"  # as at a plain HTTP address
NO_COPYING = NO_CLIPBOARD + "; document.execCommand = () => false"

ALL_SAY_SO = "places => places.every(place => place.textContent.trim() === 'Copied')"  # they do for two seconds


@pytest.fixture
def reader(alice: Visitor, upstream: Upstream) -> Visitor:
    """Somebody who reads an answer with code in it, and lets the page write to the clipboard."""
    alice.context.grant_permissions(["clipboard-read", "clipboard-write"])
    upstream.says(ANSWER)
    return alice


def copy(visitor: Visitor, name: str) -> Locator:
    return visitor.log.get_by_role("button", name=name, exact=True)


@pytest.fixture
def clipboard(reader: Visitor, upstream: Upstream) -> Callable[[], str]:
    """What is on the clipboard, as a page of another site reads it: ours may not."""

    def read() -> str:
        other = reader.context.new_page()
        other.goto(f"{upstream.url}/available-models")
        text: str = other.evaluate("navigator.clipboard.readText()")
        other.close()
        reader.page.bring_to_front()
        return text

    return read


@pytest.mark.parametrize("world", ["", NO_CLIPBOARD], ids=["clipboard", "no clipboard"])
def test_what_was_said_is_copied_as_it_was_written(reader: Visitor, world: str, clipboard: Callable[[], str]) -> None:
    reader.page.add_init_script(world)
    reader.open()
    reader.say_and_wait("What is\n  code?")
    for name, text in (("Copy answer", ANSWER), ("Copy question", "What is\n  code?")):
        button = copy(reader, name)
        button.hover()
        places = [one.bounding_box() for one in reader.log.locator(".message__foot > *").all()]
        button.click()
        reader.page.wait_for_function(ALL_SAY_SO, arg=[button.element_handle(), reader.status.element_handle()])
        assert [one.bounding_box() for one in reader.log.locator(".message__foot > *").all()] == places
        assert clipboard() == text
    expect(button).to_have_text("Copy")
    expect(reader.status).to_be_empty()
    html = reader.answer_html
    reader.page.reload()
    assert reader.answer_html == html


def test_code_is_copied_by_keyboard_exactly_also_while_it_grows(
    reader: Visitor, upstream: Upstream, clipboard: Callable[[], str]
) -> None:
    upstream.says("**Bold** words\n\n```python\n\n\ndef f():\n", "\treturn 1", "\n```\n\nThe end")
    upstream.stalls_after(2)
    reader.open()
    reader.say("Code, please")
    button = copy(reader, "Copy code")
    expect(reader.answer).to_contain_text("return 1")
    button.focus()
    reader.page.keyboard.press("Enter")
    expect(button).to_have_text("Copied")
    assert clipboard() == "\n\ndef f():\n\treturn 1"
    upstream.release()
    expect(reader.answer.locator("span.k").first).to_be_visible()
    expect(button).to_be_focused()
    reader.wait_for_answer()

    upstream.says(ANSWER)
    reader.say_and_wait("More")
    for number, code in enumerate([CODE, "indented", "no language"]):
        reader.answer.get_by_role("button", name="Copy code").nth(number).press("Enter")
        expect(reader.answer.get_by_role("button", name="Copy code").nth(number)).to_have_text("Copied")
        assert clipboard() == code


@pytest.mark.parametrize(
    ("world", "names"),
    [(NO_COPYING, {"Copy answer": "Bold words", "Copy code": "def f()"}), ("", {"Copy answer": "Bold"})],
)
def test_what_can_not_be_copied_is_selected_and_nothing_else_is_said(
    reader: Visitor, world: str, names: dict[str, str]
) -> None:
    reader.page.add_init_script(world)
    if not world:
        reader.page.route("**/*.md", lambda route: route.abort())
        reader.forgive("net::ERR")
    reader.open()
    reader.say_and_wait("Code, please")
    for name, words in names.items():
        copy(reader, name).first.click()
        expect(copy(reader, name).first).to_have_text("Selected")
        expect(reader.status).to_contain_text("It is selected now")
        assert words in reader.page.evaluate("getSelection().toString()")


def test_whoever_selects_a_conversation_copies_what_was_said(reader: Visitor, clipboard: Callable[[], str]) -> None:
    reader.open()
    reader.say_and_wait("Code, please")
    reader.log.evaluate("log => getSelection().selectAllChildren(log)")
    reader.page.keyboard.press("Control+c")
    copied = clipboard()
    assert [
        words for words in ("Code, please", "Bold words", "return '<é> 🦜'", "no language") if words not in copied
    ] == []
    assert [words for words in ("Copy", "Regenerate", "More", "Edit", "tokens", "python") if words in copied] == []


def test_the_line_beneath_an_answer_is_in_its_place_from_the_beginning(reader: Visitor, upstream: Upstream) -> None:
    upstream.says("Words", "")
    upstream.stalls_after(1)
    reader.open()
    reader.say("Say")
    foot = reader.answers.last.locator("[data-foot]")
    expect(reader.answer).to_have_text("Words")
    place = foot.bounding_box()
    assert place
    upstream.release()
    reader.wait_for_answer()
    after = foot.bounding_box()
    assert after
    assert (after["y"], after["height"]) == (place["y"], place["height"])


@pytest.mark.parametrize("why", ["off", "lost"])
def test_without_our_script_there_is_a_link_to_the_words(
    reader: Visitor, why: str, arrive: Arrive, server: Process
) -> None:
    reader.open()
    reader.say_and_wait("Code, please")
    same = reader.context.storage_state()
    plain = arrive(server.url, storage_state=same, java_script_enabled=why == "lost")
    plain.page.route("**/*.js", lambda route: route.abort())
    plain.forgive("net::ERR")
    plain.page.goto(reader.page.url)
    expect(plain.answer).to_contain_text("Bold words")
    expect(plain.page.get_by_text("Copy")).to_have_count(0)
    if why == "off":
        expect(plain.page.locator("parley-copy:visible")).to_have_count(0)
    plain.log.get_by_role("button", name="More").click()
    plain.log.get_by_role("link", name="Markdown").click()
    expect(plain.page).to_have_url(re.compile(r"/answers/[^/]*\.md$"))
    assert plain.page.locator("body").inner_text().strip() == ANSWER.strip()


def test_more_opens_in_the_window_and_closes_by_escape(reader: Visitor, upstream: Upstream) -> None:
    reader.page.set_viewport_size({"width": NARROW, "height": 640})
    reader.open()
    reader.say_and_wait("Code, please")
    more = reader.log.get_by_role("button", name="More")
    more.press("Enter")
    link = reader.log.get_by_role("link", name="What the model saw")
    expect(link).to_be_in_viewport(ratio=1)
    assert reader.page.evaluate("document.documentElement.scrollWidth") == NARROW
    reader.page.keyboard.press("Tab")
    expect(reader.log.get_by_role("link", name="Regenerate with another model")).to_be_focused()
    reader.page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(more).to_be_focused()
