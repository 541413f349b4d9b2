"""The operator's colour, made fit for text: their hue and chroma, and a lightness of ours for each theme.

Whatever they choose, be it yellow or black, letters in it can be read on the page, and letters on it on a button.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from parley.appearance.oklch import as_hex, chroma_and_hue

# Lightness, and the greatest chroma: hardly more than those of our own accent in static/css/tokens.css.
LIGHT = (0.5, 0.2)
DARK = (0.77, 0.13)

_colour = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")


@dataclass(frozen=True)
class Accent:
    """A colour as `#rrggbb` on light surfaces, and one on dark."""

    light: str
    dark: str

    @property
    def style(self) -> str:
        """The style sheet that puts it in place of ours."""
        return f":root{{--accent:light-dark({self.light},{self.dark})}}"

    @property
    def version(self) -> str:
        return sha256(self.style.encode()).hexdigest()[:12]


def read_accent(text: str) -> Accent:
    """The accent that a colour `#rgb` or `#rrggbb` gives. Raises ValueError."""
    colour = text.strip().lower()
    if not _colour.fullmatch(colour):
        raise ValueError(f"{text!r} is none")
    if len(colour) == len("#rgb"):
        colour = "#" + "".join(2 * digit for digit in colour[1:])
    chroma, hue = chroma_and_hue(colour)
    light, dark = (as_hex(lightness, min(chroma, most), hue) for lightness, most in (LIGHT, DARK))
    return Accent(light, dark)
