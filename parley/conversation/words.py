"""Texts as they can be kept, and the titles made of them."""

import math
from collections.abc import Sequence

from parley.conversation.image import Image

TITLE_LENGTH = 80


def title_of(text: str, images: Sequence[Image] = ()) -> str:
    """A title from the first line of the first message; no model is asked for it. Images may come without words."""
    text = text.strip() or next((image.alt for image in images if image.alt), "Image" if images else "")
    line = " ".join(text.strip().split("\n", 1)[0].split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"


def thought_for(seconds: float) -> str:
    """How long a model thought, as it stands above its thoughts."""
    if seconds < 1:
        return "Thought for a moment"
    return f"Thought for {round(seconds)} s" if seconds < 120 else f"Thought for {round(seconds / 60)} min"


def span(seconds: float) -> str:
    """How long it is until something, as one would say it: 90 s, 5 min, 3 h."""
    if seconds < 120:
        return f"{math.ceil(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{round(seconds / 3600)} h"


def clean(text: str) -> str:
    """The text as it can be kept: PostgreSQL refuses NUL, and UTF-8 has no lone surrogates."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
