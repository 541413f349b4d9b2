"""Writing a message: how the composer grows, what keys do, what becomes of drafts and of files, and what is refused."""

from base64 import b64encode

import pytest
from playwright.sync_api import CDPSession, Locator, Route, expect

from tests import pictures
from tests.browser.conftest import MESSAGE_LIMIT
from tests.browser.visitor import Visitor
from tests.browsers import WINDOW, Arrive
from tests.processes import Process
from tests.upstream import Upstream
from tests.waiting import eventually

LONG_ANSWER = "A paragraph.\n\n" * 40

# A browser that sizes no field by its content, and says so.
OLDER = """
const supports = CSS.supports
CSS.supports = (...asked) => asked[0] !== "field-sizing" && supports.call(CSS, ...asked)
addEventListener("DOMContentLoaded", () => { document.querySelector("textarea").style.fieldSizing = "fixed" })
"""

DRAG = """(target, [type, files]) => {
    const carried = new DataTransfer()
    for (const [name, type, content] of files) {
        const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0))
        carried.items.add(new File([bytes], name, { type }))
    }
    const options = { bubbles: true, cancelable: true, dataTransfer: carried }
    return target.dispatchEvent(new DragEvent(type, options))
}"""

# Whether the end of the transcript is to be seen, and not beneath the composer.
END_IS_SEEN = """() => {
    const [log, form] = [".transcript__log", ".composer__form"].map(name => document.querySelector(name))
    return log.getBoundingClientRect().bottom <= form.getBoundingClientRect().top + 1
}"""

AT_THE_MIDDLE = """element => {
    const { x, y, width, height } = element.getBoundingClientRect()
    return element.contains(document.elementFromPoint(x + width / 2, y + height / 2))
}"""


def height(field: Locator) -> int:
    pixels: int = field.evaluate("field => field.offsetHeight")
    return pixels


def drag(visitor: Visitor, where: str, how: str, *files: tuple[str, str, bytes]) -> bool:
    """Returns whether the browser would do with it as browsers do: leave the page for the file."""
    carried = [[name, kind, b64encode(content).decode()] for name, kind, content in files]
    would: bool = visitor.page.locator(where).evaluate(DRAG, [how, carried])
    return would


def settled(visitor: Visitor) -> None:
    """Wait until what was observed of the last change has been acted on."""
    visitor.page.evaluate("new Promise(resume => requestAnimationFrame(() => requestAnimationFrame(resume)))")


@pytest.fixture
def phone(arrive: Arrive, server: Process, upstream: Upstream) -> Visitor:
    return arrive(server.url, has_touch=True, is_mobile=True, viewport={"width": 320, "height": 600})


@pytest.mark.parametrize("browser_is", ["new", "older"])
def test_it_grows_up_to_a_part_of_the_window_and_keeps_the_end_in_sight(
    alice: Visitor, upstream: Upstream, browser_is: str
) -> None:
    upstream.says(LONG_ANSWER)
    if browser_is == "older":
        alice.context.add_init_script(OLDER)
    alice.open()
    small = height(alice.message)
    alice.say_and_wait("Hello")
    for lines in (3, 100):
        alice.message.fill("A line\n" * lines)
        settled(alice)
        assert alice.page.evaluate(END_IS_SEEN)
    assert height(alice.message) == WINDOW["height"] * 0.4
    assert alice.message.evaluate("field => field.scrollHeight > field.clientHeight")
    alice.page.evaluate("scrollTo(0, 100)")
    for text in ("A line\n" * 2, "", "A line\n" * 100):
        alice.message.fill(text)
        settled(alice)
        assert alice.page.evaluate("scrollY") == 100
    alice.message.fill("")
    settled(alice)
    assert height(alice.message) == small


def test_what_is_being_composed_is_not_sent_and_what_is_typed_while_sending_stays(
    alice: Visitor, upstream: Upstream
) -> None:
    alice.open()
    expect(alice.message).to_be_focused()
    keyboard: CDPSession = alice.context.new_cdp_session(alice.page)
    keyboard.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Enter", "windowsVirtualKeyCode": 229})
    keyboard.send("Input.insertText", {"text": "日本"})
    for told in ({"isComposing": True, "keyCode": 13}, {"isComposing": False, "keyCode": 229}):
        pressed = {"key": "Enter", "bubbles": True, "cancelable": True, **told}
        alice.message.dispatch_event("keydown", pressed)
    expect(alice.message).to_have_value("日本")
    expect(alice.messages).to_have_count(0)
    alice.message.press("Enter")
    alice.wait_for_answer()
    expect(alice.message).to_be_focused()
    held: list[Route] = []
    alice.page.route("**/turns", lambda route: held.append(route))
    alice.say("And then")
    expect(alice.send).to_be_disabled()
    alice.page.keyboard.type(" what")
    held[0].continue_()
    expect(alice.answers).to_have_count(2)
    expect(alice.message).to_have_value("what")
    assert eventually(lambda: len(upstream.chats) == 2)
    assert [chat["messages"][-1]["content"] for chat in upstream.chats] == ["日本", "And then"]


def test_escape_stops_the_answer_only_where_it_means_nothing_else(alice: Visitor, upstream: Upstream) -> None:
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    alice.open()
    alice.say("Count")
    expect(alice.answer).to_have_text("One")
    search = alice.page.get_by_role("searchbox")
    search.fill("words")
    search.press("Escape")
    alice.page.get_by_text("Settings", exact=True).click()
    temperature = alice.page.get_by_label("Temperature")
    temperature.press("Enter")
    expect(alice.message).to_be_focused()
    temperature.press("Escape")
    expect(temperature).to_be_hidden()
    expect(alice.page.locator("summary", has_text="Settings")).to_be_focused()
    alice.page.get_by_label("Model").press("Escape")
    alice.message.dispatch_event("keydown", {"key": "Escape", "isComposing": True, "bubbles": True})
    expect(alice.stop).to_be_visible()
    expect(alice.log).not_to_contain_text("Stopped.")
    alice.log.focus()
    alice.page.keyboard.press("Control+/")
    alice.page.keyboard.press("/")
    expect(alice.message).to_be_focused()
    alice.page.keyboard.type("and/or")
    expect(alice.message).to_have_value("and/or")
    alice.page.keyboard.press("Escape")
    expect(alice.log).to_contain_text("Stopped.")
    expect(alice.message).to_have_value("and/or")


def test_files_are_dropped_anywhere_and_texts_go_where_the_caret_is(alice: Visitor, upstream: Upstream) -> None:
    alice.open()
    alice.message.fill("Compare:\nThanks")
    alice.message.evaluate("field => field.setSelectionRange(8, 8)")
    form = alice.page.locator(".composer__form")
    notes = ("notes.py", "", b"\xef\xbb\xbfprint('gr\xc3\xbcn')\r\n")
    assert not drag(alice, ".greeting", "dragover", notes)
    expect(form).to_have_attribute("data-dropping", "")
    book = ("book.txt", "text/plain", b"a" * (MESSAGE_LIMIT + 1))
    zipped = ("a.zip", "application/zip", b"PK\0\0" * 9000)
    picture = ("a.png", "image/png", pictures.png())
    assert not drag(alice, ".greeting", "drop", notes, book, zipped, picture)
    expect(form).not_to_have_attribute("data-dropping", "")
    expect(alice.message).to_have_value("Compare:\nprint('grün')\n\nThanks")
    expect(alice.alert).to_contain_text("“book.txt” is too long: a message has room for 2,000 characters.")
    expect(alice.alert).to_contain_text("“a.zip” can't be read as text.")
    expect(alice.page.get_by_role("list", name="Images").get_by_role("img")).to_have_count(1)
    alice.message.fill("a" * (MESSAGE_LIMIT // 2))
    assert not drag(alice, "body", "drop", ("rest.csv", "text/csv", b"b" * (MESSAGE_LIMIT // 2)))
    expect(alice.alert).to_contain_text("“rest.csv” is too long")
    expect(alice.message).to_have_value("a" * (MESSAGE_LIMIT // 2))


def test_the_length_is_told_near_the_greatest_and_judged_before_it_is_sent(alice: Visitor, upstream: Upstream) -> None:
    length = alice.page.locator("[data-length]")
    alice.open()
    alice.message.fill("a" * (MESSAGE_LIMIT * 9 // 10 - 1))
    expect(length).to_be_hidden()
    alice.message.fill("🦜" * MESSAGE_LIMIT)
    expect(length).to_have_text("2,000 characters of 2,000")
    alice.message.fill("a" * (MESSAGE_LIMIT + 1))
    expect(length).to_have_text("2,001 characters of 2,000")
    alice.message.press("Enter")  # a request would be refused, and the browser complain of that
    expect(alice.alert).to_contain_text("2,001 characters of 2,000")
    expect(alice.message).to_have_attribute("aria-invalid", "true")
    expect(alice.message).to_be_focused()
    alice.say_and_wait("🦜" * MESSAGE_LIMIT)
    expect(length).to_be_hidden()


def test_drafts_are_kept_at_once_where_the_page_goes_and_go_with_their_conversation(alice: Visitor) -> None:
    alice.open()
    alice.say_and_wait("Hello")
    here = alice.page.url
    alice.message.fill("Half a thought")
    alice.open("/?q=Why")
    expect(alice.message).to_be_focused()
    alice.page.keyboard.type(" not?")
    alice.page.reload()
    expect(alice.message).to_have_value("Why not?")
    alice.open()
    expect(alice.message).to_have_value("")
    alice.page.goto(here)
    expect(alice.message).to_have_value("Half a thought")
    alice.page.get_by_role("link", name="Options", exact=True).click()
    alice.page.get_by_role("button", name="Delete conversation").click()
    expect(alice.page.get_by_role("button", name="Undo")).to_be_visible()
    expect(alice.page.locator("parley-composer:defined")).to_be_attached()
    assert alice.page.evaluate("Object.values(localStorage)") == ["Why not?"]


def test_a_refused_setting_is_shown_where_it_stands(alice: Visitor, upstream: Upstream) -> None:
    temperature = alice.page.get_by_label("Temperature")
    alice.open()
    alice.page.get_by_text("Settings", exact=True).click()
    temperature.fill("warm")
    alice.page.get_by_text("Settings", exact=True).click()
    alice.say("Hello")
    expect(temperature).to_be_focused()
    expect(temperature).to_have_accessible_description(
        "The temperature has to be a number from 0 to 1, such as 0.7. Leave it empty for the model's own."
    )
    expect(temperature).to_have_attribute("aria-invalid", "true")
    expect(alice.message).not_to_have_attribute("aria-invalid", "true")
    words, panel = (alice.page.locator(name).bounding_box() for name in ("[data-refusal]", ".settings__panel"))
    assert words
    assert panel
    assert 0 <= panel["y"] - words["y"] - words["height"] <= 8
    temperature.fill("0.4")
    expect(temperature).not_to_have_attribute("aria-invalid", "true")
    expect(temperature).to_have_accessible_description("")
    alice.send.click()
    alice.wait_for_answer()
    assert upstream.chats[-1]["temperature"] == 0.4
    alice.forgive("422")


def test_on_a_phone_nothing_is_covered_zoomed_into_or_hidden_by_a_keyboard(phone: Visitor, upstream: Upstream) -> None:
    upstream.says(LONG_ANSWER)
    phone.open()
    phone.message.fill("Hello")
    phone.send.tap()
    phone.wait_for_answer()
    expect(phone.message).not_to_be_focused()
    phone.page.get_by_text("Settings", exact=True).tap()
    sizes = phone.page.locator("input:not([type=hidden], [type=file]), select, textarea").evaluate_all(
        "fields => fields.map(field => parseFloat(getComputedStyle(field).fontSize))"
    )
    assert min(sizes) >= 16, "a phone zooms in on smaller letters"
    phone.message.fill("A line\n" * 100)
    latest = phone.page.get_by_role("button", name="Latest")
    phone.page.evaluate("scrollTo(0, 300)")
    expect(latest).to_be_visible()
    for name in (".composer__message", "select.composer__model", ".settings__name", "[data-send]", "#temperature"):
        phone.page.locator(name).scroll_into_view_if_needed()
        assert phone.page.locator(name).evaluate(AT_THE_MIDDLE), name
    phone.page.get_by_text("Settings", exact=True).tap()
    phone.page.set_viewport_size({"width": 844, "height": 390})
    insets = {"top": 0, "left": 47, "bottom": 21, "right": 47}  # of a phone with a camera in its screen, on its side
    phone.context.new_cdp_session(phone.page).send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})
    form = phone.page.locator(".composer__form").bounding_box()
    assert form
    assert form["height"] < 390 / 2
    assert (form["x"] >= 47, form["y"] + form["height"]) == (True, 390 - 21)
    assert phone.answer.evaluate("answer => answer.getBoundingClientRect().left") >= 47
    phone.message.fill("")
    phone.page.set_viewport_size({"width": 320, "height": 600})
    phone.page.get_by_role("button", name="More").click()
    phone.page.get_by_role("link", name="Regenerate with another model").click()
    for select in (phone.page.locator("#again"), phone.page.locator("#model")):
        assert select.evaluate(AT_THE_MIDDLE)
    phone.message.fill("Sent by a key")
    phone.message.press("Control+Enter")
    phone.wait_for_answer()
