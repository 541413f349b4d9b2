"""Draw the icons of an installed app from static/icon.svg: python -m docs.draw_icons"""

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browsers import CHROMIUM, QUIETLY

STATIC = Path(__file__).parents[1] / "static"
DRAWING = (STATIC / "icon.svg").read_text()
TO_THE_EDGE = DRAWING.replace(' rx="8"', "")  # systems cut their own shape out of a maskable one
COLOURS = 32  # two, and those between them


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        page = browser.new_page()
        draw(page, DRAWING, 192, "icon-192")
        draw(page, DRAWING, 512, "icon-512")
        draw(page, TO_THE_EDGE, 512, "icon-maskable")
        browser.close()


def draw(page: Page, drawing: str, size: int, name: str) -> None:
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{drawing}")
    picture = Image.open(BytesIO(page.screenshot(omit_background=True)))
    few = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    few.save(STATIC / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
