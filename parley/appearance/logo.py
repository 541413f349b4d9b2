"""The operator's picture, from the setting itself or from a file in `static/`: which kind it is, and how large."""

import re
from base64 import b64decode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote_to_bytes

STATIC = Path(__file__).resolve().parents[2] / "static"
LIMIT = 32 * 1024  # bytes of the picture; all settings of an app on Heroku together may have no more

_address = re.compile(r"data:[\w.+/-]*(?P<parameters>(?:;[^,;]*)*),(?P<content>.*)", re.DOTALL | re.IGNORECASE)
_svg = re.compile(r"<svg\b[^>]*\bxmlns\s*=\s*[\"']http://www\.w3\.org/2000/svg[\"']")


@dataclass(frozen=True)
class Logo:
    """A picture, and what a browser has to know of it. `sizes` is as in a web app's manifest."""

    media_type: str
    sizes: str
    content: bytes = field(repr=False)

    @property
    def version(self) -> str:
        return sha256(self.content).hexdigest()[:12]


def read_logo(text: str) -> Logo:
    """The picture that a `data:` address holds, or a file in `static/` of this name. Raises ValueError."""
    content = _from_address(text) if text.lower().startswith("data:") else _from_file(text)
    if len(content) > LIMIT:
        raise ValueError(f"it has {len(content):,} bytes")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Logo("image/png", _size_of_png(content), content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Logo("image/webp", _size_of_webp(content), content)
    if _svg.search(content.decode(errors="replace")):
        return Logo("image/svg+xml", "any", content)
    raise ValueError("it is none of these; an SVG needs an <svg> with its xmlns")


def _from_address(text: str) -> bytes:
    found = _address.fullmatch(text)
    if not found:
        raise ValueError("the data: address has no comma")
    content = unquote_to_bytes(found["content"])
    if not found["parameters"].lower().endswith(";base64"):
        return content
    try:
        return b64decode(b"".join(content.split()), validate=True)
    except ValueError as error:
        raise ValueError("its base64 is damaged") from error


def _from_file(name: str) -> bytes:
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC) or not path.is_file():
        raise ValueError(f"there is no file {name!r} in static/")
    return path.read_bytes()[: LIMIT + 1]


def _size_of_png(content: bytes) -> str:
    width, height = (int.from_bytes(content[start : start + 4], "big") for start in (16, 20))
    return f"{width}x{height}"


def _size_of_webp(content: bytes) -> str:
    """A WebP says it in one of three ways: with transparency or movement, without loss, with loss."""
    width, height = 1, 1
    match content[12:16]:
        case b"VP8X":
            width, height = (1 + int.from_bytes(content[start : start + 3], "little") for start in (24, 27))
        case b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            width, height = (1 + (bits >> shift & 0x3FFF) for shift in (0, 14))
        case b"VP8 ":
            width, height = (int.from_bytes(content[start : start + 2], "little") & 0x3FFF for start in (26, 28))
    return f"{width}x{height}"
