"""Images on their way into a message: picked, pasted, dropped, described, taken out; with scripts and without."""

from base64 import b64decode, b64encode
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Route, expect

from tests import pictures
from tests.browser.visitor import CONVERSATION, Visitor
from tests.upstream import Upstream

INTO_THE_COMPOSER = """(form, [how, contents]) => {
    const carried = new DataTransfer()
    for (const content of contents) {
        const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0))
        carried.items.add(new File([bytes], "a.png", { type: "image/png" }))
    }
    const options = { bubbles: true, cancelable: true }
    form.dispatchEvent(how === "paste"
        ? new ClipboardEvent("paste", { ...options, clipboardData: carried })
        : new DragEvent("drop", { ...options, dataTransfer: carried }))
}"""


def file(content: bytes, name: str = "a.png") -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": content}


def images(visitor: Visitor) -> Locator:
    """Those of the message that is being written."""
    return visitor.page.get_by_role("list", name="Images").get_by_role("img")


def seen(upstream: Upstream) -> list[object]:
    """The latest question: words, and sizes of pictures."""
    parts = upstream.chats[-1]["messages"][-1]["content"]
    urls = [part.get("image_url", {}).get("url", "").partition(",")[2] for part in parts]
    return [
        Image.open(BytesIO(b64decode(url))).size if url else part["text"] for part, url in zip(parts, urls, strict=True)
    ]


def test_images_stay_while_another_answer_is_asked_for(alice: Visitor) -> None:
    alice.open()
    alice.say_and_wait("Hello")
    alice.page.get_by_label("Image files").set_input_files([file(pictures.png())])
    expect(images(alice)).to_have_count(1)
    alice.answers.last.get_by_role("button", name="Regenerate").click()
    expect(alice.log).to_contain_text("Version 2 of 2")
    expect(images(alice)).to_have_count(1)


def test_images_are_picked_pasted_and_dropped_and_go_with_the_message(alice: Visitor, upstream: Upstream) -> None:
    alice.open()
    with alice.page.expect_file_chooser() as chooser:
        alice.page.get_by_role("button", name="Add images").click()
    chooser.value.set_files([file(pictures.png(30, 20)), file(pictures.photo())])
    expect(images(alice)).to_have_count(2)
    for how, content in (("paste", pictures.png(20, 30)), ("drop", pictures.png(50, 50))):
        alice.page.locator(".composer__form").evaluate(INTO_THE_COMPOSER, [how, [b64encode(content).decode()]])
    expect(images(alice)).to_have_count(4)

    alice.page.get_by_role("button", name="Remove image").nth(1).click()
    expect(images(alice)).to_have_count(3)
    alice.page.get_by_label("Alternative text").first.fill("A small flag")
    alice.say_and_wait("What is it?")
    expect(images(alice)).to_have_count(0)
    shown = alice.messages.first.get_by_role("img")
    expect(shown).to_have_count(3)
    assert [one.get_attribute("alt") for one in shown.all()] == ["A small flag", "Image 2 of 3", "Image 3 of 3"]
    assert shown.evaluate_all("all => all.every(one => one.complete && one.naturalWidth > 0)")
    assert sorted(map(str, seen(upstream))) == sorted(
        ["What is it?", "[image: A small flag]", "(30, 20)", "(20, 30)", "(50, 50)"]
    )


def test_send_waits_for_an_image_and_an_image_needs_no_words(alice: Visitor, upstream: Upstream) -> None:
    held: list[Route] = []
    alice.page.route("**/images", lambda route: held.append(route))
    alice.open()
    alice.page.locator("[type=file]").set_input_files([file(pictures.png())])
    expect(alice.page.get_by_label("Uploading an image")).to_be_visible()
    alice.message.fill("Look")
    alice.send.click()
    expect(alice.messages).to_have_count(0)
    held[0].continue_()
    alice.wait_for_answer()
    assert seen(upstream) == ["Look", (60, 40)]

    alice.page.unroute("**/images")
    alice.page.locator("[type=file]").set_input_files([file(pictures.png(30, 20))])
    expect(images(alice)).to_have_count(1)
    alice.send.click()
    expect(alice.messages).to_have_count(4)
    alice.wait_for_answer()
    assert seen(upstream) == [(30, 20)]


def test_what_is_refused_is_said_and_nothing_is_lost(alice: Visitor, upstream: Upstream) -> None:
    alice.open()
    alice.message.fill("Keep this")
    chosen = [file(pictures.png()), file(b"Hello", "notes.txt")]
    alice.page.locator("[type=file]").set_input_files(chosen)
    expect(alice.alert).to_contain_text("“notes.txt” is no PNG, JPEG, GIF or WebP image")
    expect(images(alice)).to_have_count(1)
    alice.page.locator("[type=file]").set_input_files([file(pictures.png())] * 4)
    expect(images(alice)).to_have_count(4)
    expect(alice.alert).to_contain_text("Only four images can go with one message")

    alice.page.get_by_label("Model").select_option("owl-1")
    expect(alice.page.get_by_role("button", name="Add images")).to_be_hidden()
    alice.send.click()
    expect(alice.alert).to_contain_text("owl-1 takes no images. Pick parrot-2, or take the images out.")
    expect(alice.message).to_have_value("Keep this")
    expect(images(alice)).to_have_count(4)
    assert upstream.chats == []
    alice.forgive("422")


def test_without_scripts_images_are_added_described_and_sent(plain: Visitor, upstream: Upstream) -> None:
    plain.open()
    plain.message.fill("What are they?")
    plain.page.locator("summary[aria-label='Add images']").click()
    field = plain.page.get_by_label("Image files")
    field.set_input_files([file(pictures.png(30, 20)), file(pictures.photo()), file(b"Hello", "notes.txt")])
    plain.page.get_by_role("button", name="Add", exact=True).click()
    expect(plain.alert).to_contain_text("“notes.txt” is no PNG, JPEG, GIF or WebP image")
    expect(plain.message).to_have_value("What are they?")
    expect(images(plain)).to_have_count(2)
    plain.page.get_by_label("Alternative text").first.fill("A small flag")
    plain.page.get_by_label("Send", exact=True).nth(1).uncheck()
    plain.send.click()
    expect(plain.page).to_have_url(CONVERSATION)
    plain.read_on()
    expect(plain.messages.first.get_by_role("img")).to_have_count(1)
    assert seen(upstream) == ["What are they?", "[image: A small flag]", (30, 20)]
    plain.forgive("422")
