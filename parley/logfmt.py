"""Lines of key=value, as logs on Heroku have them. A program can read them; who is quoted in one forges no other."""

import re
from collections.abc import Mapping

LONGEST = 200  # characters of a value; whoever sends an id of 10 KB finds the beginning of it in the log

Fields = Mapping[str, object]

_needs_no_quotes = re.compile(r"[!#-<>-\[\]-~]+")  # what is visible in ASCII, but for " = and \
_escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Line:
    """Fields in their order, but for those that are None. It becomes text only where it is written."""

    def __init__(self, *several: Fields, **fields: object) -> None:
        self._fields = {name: value for some in (*several, fields) for name, value in some.items()}

    def __str__(self) -> str:
        return " ".join(f"{name}={_written(value)}" for name, value in self._fields.items() if value is not None)


def measured(name: str, milliseconds: float | None) -> Fields:
    """A field of which Heroku's log-based metrics draw a median and a percentile."""
    return {f"measure#{name}": None if milliseconds is None else f"{milliseconds:.0f}ms"}


def counted(*names: str) -> Fields:
    """Fields which they add up."""
    return {f"count#{name}": 1 for name in names}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return text if _needs_no_quotes.fullmatch(text) else f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """A text in which nothing ends a line, moves the cursor or turns the direction of reading round."""
    return "".join(_escapes.get(character) or _visible(character) for character in text)


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
