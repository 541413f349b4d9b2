"""Texts as they can be kept, and the titles made of them."""

TITLE_LENGTH = 80


def title_of(text: str) -> str:
    """A title from the first line of the first message; no model is asked for it."""
    line = " ".join(text.strip().split("\n", 1)[0].split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"


def clean(text: str) -> str:
    """The text as it can be kept: PostgreSQL refuses NUL, and UTF-8 has no lone surrogates."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
