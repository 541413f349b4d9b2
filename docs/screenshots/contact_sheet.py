"""Every state of the product on four sheets, on a desk and on a phone, in the light and in the dark.

python -m docs.screenshots.contact_sheet
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visitor import Visitor
from tests.browsers import CHROMIUM, QUIETLY
from tests.states import ON_PHONES_ONLY, STATES, Site, Stage, State, site, title_of
from tests.upstream import Upstream

HERE = Path(__file__).parent
GAP, LABEL = 16, 28  # pixels between two pictures, and above each
QUALITY = 62  # of WebP: all four sheets together are under 1.5 MB

Scheme = Literal["light", "dark"]
Pictures = dict[str, Image.Image]
Taken = tuple[Scheme, str, Image.Image]

# The colours of a sheet, and of what is written on it.
BEHIND: dict[Scheme, tuple[str, str]] = {"light": ("#dcd8d3", "#2b2730"), "dark": ("#3a3740", "#e6e3e8")}


@dataclass(frozen=True)
class Device:
    """Where a page is looked at, and how its pictures stand on a sheet."""

    name: str
    options: dict[str, Any]
    columns: int
    width: int


DESK = Device("desktop", {"viewport": {"width": 1280, "height": 800}}, columns=4, width=496)
PHONE = Device(
    "phone", {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}, columns=8, width=240
)


def main() -> None:
    """Write the four sheets."""
    with tempfile.TemporaryDirectory() as folder, Upstream() as upstream, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        with site(Path(folder), upstream) as both:
            for device in (DESK, PHONE):
                _write(device, _pictures(browser, device, upstream, both))
        browser.close()


def _write(device: Device, taken: Iterator[Taken]) -> None:
    sheets: dict[Scheme, Pictures] = {scheme: {} for scheme in BEHIND}
    for scheme, title, picture in taken:
        sheets[scheme][title] = picture
    for scheme, pictures in sheets.items():
        sheet = _sheet(pictures, device, *BEHIND[scheme])
        sheet.save(HERE / f"states-{device.name}-{scheme}.webp", quality=QUALITY, method=6)


def _pictures(browser: Browser, device: Device, upstream: Upstream, both: Site) -> Iterator[Taken]:
    """Each state twice, as somebody sees it who has come there on this device."""
    context = browser.new_context(reduced_motion="reduce", **device.options)
    stage = Stage(Visitor(context, both.app.url), upstream, both)
    for state in _seen_on(device):
        stage.visitor.page.emulate_media(color_scheme="light")
        stage.enter(state)
        for scheme in BEHIND:
            stage.visitor.page.emulate_media(color_scheme=scheme)
            yield scheme, title_of(state), _small(stage.visitor.page.screenshot(), device.width)
    context.close()


def _seen_on(device: Device) -> Iterator[State]:
    states = (state for group in STATES.values() for state in group)
    return (state for state in states if device is PHONE or state not in ON_PHONES_ONLY)


def _small(shot: bytes, width: int) -> Image.Image:
    picture = Image.open(BytesIO(shot)).convert("RGB")
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)


def _sheet(pictures: Pictures, device: Device, surface: str, ink: str) -> Image.Image:
    """The pictures in rows, each beneath its title."""
    across, down = device.width + GAP, next(iter(pictures.values())).height + LABEL + GAP
    rows = -(-len(pictures) // device.columns)
    sheet = Image.new("RGB", (device.columns * across + GAP, rows * down + GAP), surface)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    for number, (title, picture) in enumerate(pictures.items()):
        x, y = GAP + number % device.columns * across, GAP + number // device.columns * down
        draw.text((x, y + LABEL / 2), title, fill=ink, font=font, anchor="lm")
        sheet.paste(picture, (x, y + LABEL))
    return sheet


if __name__ == "__main__":
    main()
