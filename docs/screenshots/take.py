"""Take the pictures of this folder: python -m docs.screenshots.take

It starts the app and a model's service that says what is set down here, does what a visitor would, and ends them again.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, FilePayload, expect, sync_playwright

from docs.screenshots import contact_sheet
from tests import processes
from tests.browser.visitor import Visitor
from tests.browsers import CHROMIUM, QUIETLY
from tests.upstream import Upstream

HERE = Path(__file__).parent
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
COLOURS = 256  # in a picture: as good to look at, and a third of the bytes

EARLIER = ["Plan a weekend in Ghent", "What is a monad, really?", "A letter to my landlord", "Names for a grey cat"]
PICTURE = "What time of day is it in this picture?"
EVENING = "It is evening: the sun stands just above the hills, and the sky is warmest where it touches them."
NEW_WORDING = "How do I stream an answer with Flask while it is being written?"
QUESTION = "How do I stream an answer while it is being written?"
ANSWER = """\
Return a *generator* instead of a string. Flask sends each piece as soon as you yield it:

```python
@app.get("/answer")
def answer():
    def pieces():
        for word in model.ask("Why is the sky blue?"):
            yield f"data: {word}\\n\\n"
    return Response(pieces(), mimetype="text/event-stream")
```

Two things decide whether a reader sees it live:

| What | Why |
|---|---|
| `X-Accel-Buffering: no` | a proxy would wait for a full buffer |
| a comment every 15 s | a router hangs up on a silent line |

The first word then comes after \\(t = t_{network} + t_{model}\\), however long the answer is.
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Upstream() as upstream, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        with processes.app(Path(folder), {**upstream.env, "IMAGE_MODELS": "parrot-*"}) as app:
            take_all(browser, app.url, upstream)
        browser.close()
    contact_sheet.main()


def take_all(browser: Browser, url: str, upstream: Upstream) -> None:
    """All pictures show what one visitor said, most of them on a desk in the light."""
    with at(browser, url) as visitor:
        have_conversations(visitor, upstream)
        ask_about_streaming(visitor, upstream)
        here = visitor.page.url
        for show in PAGES:
            show(visitor, here)
            keep(visitor, show.__name__)
        cookies = visitor.context.storage_state()
    with at(browser, url, storage_state=cookies, color_scheme="dark") as visitor:
        conversation(visitor, here)
        keep(visitor, "conversation-dark")
    with at(browser, url, storage_state=cookies, color_scheme="dark", **PHONE) as visitor:
        for show in (conversation, empty):
            show(visitor, here)
            keep(visitor, f"{show.__name__}-phone")


@contextmanager
def at(browser: Browser, url: str, **options: Any) -> Iterator[Visitor]:
    """Somebody at a browser. Nothing moves, so that no picture is of half a movement."""
    context = browser.new_context(**{**DESK, "reduced_motion": "reduce", **options})
    yield Visitor(context, url)
    context.close()


# What was said before


def have_conversations(visitor: Visitor, upstream: Upstream) -> None:
    upstream.says("Gladly.")
    for title in EARLIER:
        visitor.open()
        visitor.say_and_wait(title)
    upstream.says(EVENING, usage=(812, 24))
    visitor.open()
    visitor.page.locator("[type=file]").set_input_files([evening()])
    expect(visitor.page.locator(".image__picture")).to_be_visible()
    visitor.page.get_by_label("Alternative text").fill("A sunset over hills")
    visitor.say_and_wait(PICTURE)


def ask_about_streaming(visitor: Visitor, upstream: Upstream) -> None:
    upstream.says(*re.findall(r"\s*\S+|\s+$", ANSWER), pause=0.01, usage=(31, 214))
    visitor.open()
    visitor.say_and_wait(QUESTION)


def evening() -> FilePayload:
    """A picture to ask about: a low sun over two hills."""
    image = Image.new("RGB", (480, 320), "#f3c9a5")
    draw = ImageDraw.Draw(image)
    draw.ellipse((190, 110, 290, 210), fill="#f08a4b")
    draw.ellipse((-160, 190, 320, 560), fill="#6b5b95")
    draw.ellipse((160, 220, 680, 600), fill="#4a3f6b")
    file = BytesIO()
    image.save(file, "PNG")
    return {"name": "evening.png", "mimeType": "image/png", "buffer": file.getvalue()}


# What the pictures show, in this order: what is done for one stays done for the next


def empty(visitor: Visitor, _here: str) -> None:
    visitor.open()


def conversation(visitor: Visitor, here: str) -> None:
    visitor.page.goto(here)
    expect(visitor.answer.locator("math")).to_be_visible()


def settings(visitor: Visitor, here: str) -> None:
    visitor.page.goto(here)
    visitor.page.get_by_text("Settings", exact=True).click()
    visitor.page.get_by_label("Instructions").fill("Answer briefly, with an example.")


def images(visitor: Visitor, _here: str) -> None:
    visitor.open()
    visitor.heading(PICTURE).click()
    expect(visitor.messages.first.get_by_role("img")).to_be_visible()


def search(visitor: Visitor, _here: str) -> None:
    visitor.open("/conversations?q=answer")


def seen(visitor: Visitor, here: str) -> None:
    visitor.page.goto(here)
    visitor.page.get_by_role("button", name="More").click()
    visitor.page.get_by_role("link", name="What the model saw").click()


def options(visitor: Visitor, here: str) -> None:
    visitor.page.goto(here)
    visitor.page.get_by_role("link", name="Options", exact=True).click()


def shared(visitor: Visitor, here: str) -> None:
    options(visitor, here)
    visitor.page.get_by_role("button", name="Make a link").click()
    visitor.page.get_by_role("link", name="Link of").first.click()


def versions(visitor: Visitor, here: str) -> None:
    conversation(visitor, here)
    question = visitor.messages.first
    question.hover()
    question.get_by_role("link", name="Edit").click()
    field = visitor.page.get_by_label("Edit question")
    expect(field).to_be_focused()
    field.fill(NEW_WORDING)
    visitor.page.locator("[data-edit]").get_by_role("button", name="Send").click()
    expect(visitor.log.get_by_text("Version 2 of 2")).to_be_attached()
    visitor.wait_for_answer()
    visitor.messages.first.hover()


PAGES = (conversation, empty, settings, images, search, seen, options, shared, versions)


def keep(visitor: Visitor, name: str) -> None:
    """Write what is to be seen now, in a file as small as it can be."""
    shot = Image.open(BytesIO(visitor.page.screenshot(animations="disabled"))).convert("RGB")
    few = shot.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(HERE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
