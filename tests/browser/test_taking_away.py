"""A conversation leaves the app: as a file, and to readers with a link. What was said in it stays text."""

import json

from playwright.sync_api import expect

from tests.browser.visitor import CONVERSATION, Visitor
from tests.trees import file_of, illustrated
from tests.upstream import Upstream

PAYLOADS = (
    "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'></style></title><svg onload=broken=1>"
    " [link](javascript:broken=1) \"><iframe srcdoc='<script>parent.broken = 1</script>'>"
)


def share(visitor: Visitor) -> str:
    """Make a link on the page of options, and return where it leads."""
    visitor.page.get_by_role("link", name="Options", exact=True).click()
    visitor.page.get_by_role("button", name="Make a link").click()
    address = visitor.page.get_by_role("link", name="Link of").first.get_attribute("href")
    assert address
    return address


def test_no_script_runs_in_what_was_taken_away_or_shared(alice: Visitor, stranger: Visitor, upstream: Upstream) -> None:
    upstream.says(PAYLOADS, "\n\n```html\n", PAYLOADS, "\n```\n")
    alice.open()
    alice.say_and_wait(PAYLOADS)
    here = alice.page.url.removeprefix(alice.url).partition("#")[0]
    shared = share(alice)
    for visitor, address in ((alice, f"{here}.html"), (stranger, shared), (alice, "/shares")):
        visitor.open(address)
        expect(visitor.page.get_by_text("<script>window.broken = 1</script>").first).to_be_visible()
        assert visitor.page.evaluate("[typeof broken, document.scripts.length, document.images.length]") == [
            "undefined",
            0,
            0,
        ]
    stranger.open(shared)
    expect(stranger.page.get_by_role("article")).to_have_count(2)


def test_images_are_seen_in_what_was_taken_away_or_shared(alice: Visitor, stranger: Visitor) -> None:
    file = json.dumps(file_of(*illustrated())).encode()
    alice.open("/conversations/import")
    alice.page.get_by_label("File").set_input_files({"name": "a.json", "mimeType": "text/json", "buffer": file})
    alice.page.get_by_role("button", name="Import").click()
    expect(alice.page).to_have_url(CONVERSATION)
    here = alice.page.url.removeprefix(alice.url)
    shared = share(alice)
    for visitor, address in ((alice, f"{here}.html"), (stranger, shared)):
        visitor.open(address)
        for name in ("A flag", "Image 2 of 2"):
            image = visitor.page.get_by_role("img", name=name)
            expect(image).to_be_in_viewport()
            visitor.page.wait_for_function("it => it.complete && it.naturalWidth", arg=image.element_handle())


def test_a_document_that_is_kept_looks_as_it_did(alice: Visitor, upstream: Upstream) -> None:
    upstream.says("```python\nimport this\n```")
    alice.open()
    alice.say_and_wait("Show me")
    alice.open(alice.page.url.removeprefix(alice.url).partition("#")[0] + ".html")
    keyword = alice.page.get_by_text("import", exact=True)
    assert keyword.evaluate("it => getComputedStyle(it).color") == "rgb(163, 21, 111)"
    alice.page.emulate_media(color_scheme="dark")
    assert keyword.evaluate("it => getComputedStyle(it).color") == "rgb(255, 140, 198)"


def test_a_conversation_is_taken_away_and_brought_back_without_scripts(plain: Visitor, upstream: Upstream) -> None:
    upstream.says("So it *is*.")
    plain.open()
    plain.message.fill("Why is it so?")
    plain.send.click()
    plain.read_on()
    there = plain.page.url.partition("#")[0]
    plain.page.get_by_role("link", name="Options", exact=True).click()
    with plain.page.expect_download() as download:
        plain.page.get_by_role("link", name="JSON").click()
    assert download.value.suggested_filename == "Why is it so.json"
    plain.page.get_by_role("link", name="Import a conversation").click()
    plain.page.get_by_label("File").set_input_files(download.value.path())
    plain.page.get_by_role("button", name="Import").click()
    expect(plain.page).to_have_url(CONVERSATION)
    assert plain.page.url != there
    expect(plain.texts).to_have_text(["Why is it so?", "So it is."])


def test_a_link_is_read_and_taken_back_without_scripts(plain: Visitor, stranger: Visitor, upstream: Upstream) -> None:
    upstream.says("So it *is*.")
    plain.open()
    plain.message.fill("Why is it so?")
    plain.send.click()
    plain.read_on()
    shared = share(plain)
    stranger.open(shared)
    expect(stranger.page.get_by_role("heading", level=1)).to_have_text("Why is it so?")
    expect(stranger.page.get_by_text("So it is.")).to_be_visible()
    assert stranger.context.cookies() == []
    plain.page.get_by_role("link", name="All that you have shared").click()
    plain.page.get_by_role("button", name="Revoke").first.click()
    expect(plain.page.get_by_text("You have shared no conversation.")).to_be_visible()
    stranger.forgive("404")
    assert stranger.open(shared).status == 404
