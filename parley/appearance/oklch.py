"""Colours as lightness, chroma and hue, where equal lightness looks equally light whatever the hue.

The numbers are those of https://bottosson.github.io/posts/oklab/, on which the `oklch()` of CSS rests.
"""

from math import atan2, cos, hypot, sin

STEPS = 20  # halvings of the chroma: the last is smaller than a 256th of any channel

_Three = tuple[float, float, float]


def chroma_and_hue(colour: str) -> tuple[float, float]:
    """Those of a colour `#rrggbb`. The hue, in radians, of a grey means nothing: its chroma is nothing."""
    red, green, blue = (_to_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return hypot(a, b), atan2(b, a)


def as_hex(lightness: float, chroma: float, hue: float) -> str:
    """The colour that a screen can show with this lightness and hue, and as much of the chroma as there is of it."""
    enough, too_much = 0.0, chroma
    if _is_shown(_linear(lightness, chroma, hue)):
        enough = chroma
    for _ in range(STEPS):
        middle = (enough + too_much) / 2
        if _is_shown(_linear(lightness, middle, hue)):
            enough = middle
        else:
            too_much = middle
    channels = (round(255 * _from_linear(value)) for value in _linear(lightness, enough, hue))
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _linear(lightness: float, chroma: float, hue: float) -> _Three:
    """Red, green and blue as amounts of light."""
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _is_shown(light: _Three) -> bool:
    return all(0 <= value <= 1 for value in light)


def _to_linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _from_linear(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
