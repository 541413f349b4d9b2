"""The operator's name, colour and picture, and the manifest by which the app can be installed."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from app import create_app
from parley.appearance import read_accent, read_logo
from parley.config import Config, ConfigError
from tests.conftest import running
from tests.people import Person
from tests.pictures import flag, written

pytestmark = pytest.mark.on_sqlite

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#0a7"/></svg>'
SCRIPT = SVG.replace("<circle", "<script>alert(1)</script><circle")
NAME = 'The "<b>Very</b>" Long & Winding Name Of Somebody\'s Assistant'
STATIC = Path(__file__).parents[1] / "static"

# The surfaces of static/css/tokens.css that text and buttons stand on, the tinted one without its tint.
LIGHT_SURFACES = ["#fefcfb", "#f8f4f2"]
DARK_SURFACES = ["#141317", "#1c1b20"]
ON_LIGHT, ON_DARK = "#fcfcfc", "#151120"  # the letters on a button
ENOUGH = 4.5

Serving = Callable[..., Person]


def address_of(content: str | bytes, media_type: str = "image/svg+xml") -> str:
    content = content.encode() if isinstance(content, str) else content
    return f"data:{media_type};base64,{b64encode(content).decode()}"


def read(**settings: str) -> Config:
    return Config.from_env({"SECRET_KEY": "x"} | settings)


@pytest.fixture
def serving(config: Config) -> Iterator[Serving]:
    """Somebody who visits an app with these settings."""
    apps = ExitStack()

    def serve(**settings: str) -> Person:
        chosen = read(**settings)
        names = ("app_name", "accent", "logo")
        app: Flask = create_app(Config(**vars(config) | {name: getattr(chosen, name) for name in names}))
        return Person(apps.enter_context(running(app)))

    with apps:
        yield serve


# The colour


def luminance(colour: str) -> float:
    """By the definition of WCAG, which is not that of the code under test."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, surface: str, share: float = 0.1) -> str:
    """A surface with a tint, like that of a question."""
    pairs = ((int(colour[start : start + 2], 16), int(surface[start : start + 2], 16)) for start in (1, 3, 5))
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02x}" for one, other in pairs)


EVERYWHERE = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in product(range(0, 256, 15), repeat=3)]
NAMED = ["#ff0", "#00f", "#000", "#fff", "#888", "#f00", "#0f0", "#0ff", "#f0f", "#FFD700", "#010101", "#fefefe"]


def test_letters_in_any_colour_and_on_it_can_be_read() -> None:
    for colour in NAMED + EVERYWHERE:
        accent = read_accent(colour)
        light = [*LIGHT_SURFACES, mixed(accent.light, LIGHT_SURFACES[0]), ON_LIGHT]
        dark = [*DARK_SURFACES, mixed(accent.dark, DARK_SURFACES[0]), ON_DARK]
        assert min(contrast(accent.light, surface) for surface in light) >= ENOUGH, colour
        assert min(contrast(accent.dark, surface) for surface in dark) >= ENOUGH, colour


def test_greys_stay_grey_and_colours_keep_their_hue() -> None:
    for grey in ("#000", "#888", "#fff"):
        accent = read_accent(grey)
        assert len(set(re.findall("..", accent.light[1:]))) == len(set(re.findall("..", accent.dark[1:]))) == 1
    assert read_accent("#e60") == read_accent("#EE6600")
    red, green, blue = (int(part, 16) for part in re.findall("..", read_accent("#e60").light[1:]))
    assert red > green > blue


@pytest.mark.parametrize("colour", ["red", "#12", "#1234", "#12345g", "123456", "#fff}*{display:none", "#ff0\n;"])
def test_what_is_no_colour_stops_the_start_with_a_sentence(colour: str) -> None:
    with pytest.raises(ConfigError, match=r"(?s)^ACCENT must be a colour such as #e60.*\.$"):
        read(ACCENT=colour)


def test_the_colour_is_a_style_sheet_of_its_own_that_is_kept_for_a_year(serving: Serving) -> None:
    alice = serving(ACCENT="#e60")
    address = re.findall(r'<link rel="stylesheet" href="(/accent/[0-9a-f]+\.css)">', alice.open().html)[0]
    response = alice.client.get(address)
    assert response.text == read_accent("#e60").style
    assert response.mimetype == "text/css"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in response.headers
    assert address in alice.client.get("/nowhere").text
    assert "immutable" not in alice.client.get("/accent/another.css").headers["Cache-Control"]


def test_without_a_colour_and_a_picture_there_is_nothing_to_fetch(alice: Person) -> None:
    html = alice.open().html
    assert "/accent/" not in html
    assert "/logo/" not in html
    assert '<link rel="icon" href="/static/icon.svg" type="image/svg+xml">' in html
    assert alice.client.get("/accent/x.css").status_code == 404
    assert alice.client.get("/logo/x").status_code == 404


# The picture

PICTURES = {
    "base64": (address_of(SVG), "image/svg+xml", "any"),
    "percent": ("data:image/svg+xml," + SVG.replace("#", "%23"), "image/svg+xml", "any"),
    "as it is": ("data:image/svg+xml;utf8," + SVG, "image/svg+xml", "any"),
    "png": (address_of(written(flag(60, 40), "PNG"), "image/png"), "image/png", "60x40"),
    "webp": (address_of(written(flag(60, 40), "WEBP"), "image/webp"), "image/webp", "60x40"),
    "lossless": (address_of(written(flag(60, 40), "WEBP", lossless=True)), "image/webp", "60x40"),
    "transparent": (
        address_of(written(Image.new("RGBA", (60, 40), (0, 0, 255, 128)), "WEBP", exif=b"Exif\0\0II*\0")),
        "image/webp",
        "60x40",
    ),
    "file": ("icon-192.png", "image/png", "192x192"),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_read_as_what_it_is(kind: str) -> None:
    text, media_type, sizes = PICTURES[kind]
    logo = read_logo(text)
    assert (logo.media_type, logo.sizes) == (media_type, sizes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nowhere.png", "no file"),
        ("../app.py", "no file"),
        ("/etc/hostname", "no file"),
        ("css", "no file"),
        ("css/base.css", "none of these"),
        ("https://example.org/logo.png", "no file"),
        ("data:image/png", "no comma"),
        ("data:image/png;base64,!", "base64"),
        ("data:image/png;base64,R0lGODlhAQABAAAAACw=", "none of these"),
        ("data:image/svg+xml,<svg></svg>", "xmlns"),
        ("data:image/svg+xml," + SVG + " " * 32_768, "bytes"),
    ],
)
def test_what_is_no_picture_stops_the_start_with_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=rf"^LOGO must be a picture of at most 32 KB.*{reason}.*\.$"):
        read(LOGO=text)


def test_the_picture_stands_beside_the_name_and_is_the_icon(serving: Serving) -> None:
    alice = serving(LOGO=address_of(SVG))
    html = alice.open().html
    address = re.findall(r'<img class="logo" src="(/logo/[0-9a-f]+)" alt="">', html)[0]
    assert f'<link rel="icon" href="{address}" type="image/svg+xml">' in html
    assert f'src="{address}"' in alice.client.get("/nowhere").text
    response = alice.client.get(address)
    assert (response.text, response.mimetype) == (SVG, "image/svg+xml")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in alice.client.get("/logo/another").headers["Cache-Control"]


def test_a_script_in_the_picture_is_run_by_nobody(serving: Serving) -> None:
    response = serving(LOGO=address_of(SCRIPT)).client.get("/logo/x")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


# The name, and what is installed


def test_a_name_is_a_text_wherever_it_stands(serving: Serving) -> None:
    alice = serving(APP_NAME=f"  {NAME}\n")
    manifest = json.loads(alice.client.get("/manifest.webmanifest").text)
    assert manifest["name"] == NAME
    for address in ("/", "/conversations", "/shares", "/conversations/import", "/nowhere"):
        html = alice.client.get(address).text
        assert "<b>" not in html
        assert "Winding" in html.split("</title>")[0]
        assert "Parley" not in re.sub(r"<[^>]*>", "", html)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Parley", "Parley"),
        ("House of Wisdom", "House of"),
        ("Donaudampfschifffahrt", "Donaudampfsc"),
        ("  ", "Parley"),
    ],
)
def test_beneath_an_icon_there_is_room_for_a_word_or_two(serving: Serving, name: str, short: str) -> None:
    assert serving(APP_NAME=name).client.get("/manifest.webmanifest").get_json(force=True)["short_name"] == short


def test_the_manifest_is_linked_on_each_page_and_says_what_is_installed(alice: Person) -> None:
    response = alice.client.get("/manifest.webmanifest")
    assert response.mimetype == "application/manifest+json"
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")  # it is the same for everybody
    manifest = json.loads(response.text)
    assert {name: manifest[name] for name in ("id", "start_url", "scope")} == dict.fromkeys(
        ("id", "start_url", "scope"), "/"
    )
    for icon in manifest["icons"]:
        with Image.open(STATIC / icon["src"].removeprefix("/static/")) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
    assert [icon["purpose"] for icon in manifest["icons"]] == ["any", "any", "maskable"]
    assert '<link rel="manifest" href="/manifest.webmanifest">' in alice.open("/conversations").html


def test_the_operators_picture_is_installed_with_the_app(serving: Serving) -> None:
    alice = serving(LOGO="icon-512.png")
    icons = json.loads(alice.client.get("/manifest.webmanifest").text)["icons"]
    assert [(icon["sizes"], icon["type"]) for icon in icons] == [("512x512", "image/png")]
    assert alice.client.get(icons[0]["src"]).data == (STATIC / "icon-512.png").read_bytes()
