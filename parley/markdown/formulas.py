r"""Finding formulas before Markdown is read, because Markdown would take them apart.

A formula, `\(…\)`, `\[…\]` or `$$…$$`, is replaced by a mask: one word that means nothing in Markdown and carries its
own source. Whatever meets a mask later can show the formula, or the source where a formula has no place.
"""

import re

LONGEST = 2_000

# The line below the head of a table with more columns than this is shown as it is, and makes no table.
MOST_COLUMNS = 64

MASK = re.compile("\x02([0-9a-f]+)\x03")

_TOKEN = re.compile(
    r"""
    (?<!`) (?P<ticks>`+) (?!`) [^\n]*? (?<!`) (?P=ticks) (?!`)  # code in a line
    | https?://[^\s<>]*
    | (?P<opener> \\\( | \\\[ | \$\$ )
    | \\.
    """,
    re.VERBOSE,
)
_OPENER = re.compile(r"\\[(\[]|\$\$")
_CLOSER = {
    r"\(": re.compile(r"(?<!\\)\\\)"),
    r"\[": re.compile(r"(?<!\\)\\\]"),
    "$$": re.compile(r"(?<!\\)\$\$"),
}
_FENCE = re.compile(r"(?P<prefix>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?P<fence>`{3,}(?=[^`]*$)|~{3,})")
_DELIMITERS = re.compile(r"[ \t>]*[-:| \t]*$")
_BLANK = re.compile(r"[ \t>]*$")
_MARGIN = re.compile(r"[ \t>]*")


def mask(source: str) -> str:
    return f"\x02{source.encode().hex()}\x03"


def unmask(text: str) -> str:
    """The text with each formula as it was written."""
    return MASK.sub(lambda found: source_of(found[1]), text) if "\x02" in text else text


def source_of(masked: str) -> str:
    return bytes.fromhex(masked).decode()


class Formulas:
    """Masks the formulas of a text, line by line.

    Lines from one with an open formula on are kept back: a blank line, a fence or too great a length may still show
    that there is none. So what is kept back is never much longer than a formula and a line.
    """

    def __init__(self) -> None:
        self._waiting = ""
        self._fence: _Fence | None = None

    def is_code(self, partial: str) -> bool:
        """Whether the beginning of a line is code, whatever follows it."""
        return self._fence is not None and self._fence.may_hold(partial)

    def line(self, line: str) -> str:
        """The lines that are settled with this one."""
        if self._fence and self._fence.holds(line):
            return line
        self._fence = _Fence.opened_by(line)
        if self._fence or _BLANK.match(line):
            return self.rest() + line
        if _is_too_wide(line):
            return self.rest() + mask(line[:-1]) + "\n"
        return self._settled(self._waiting + line)

    def rest(self) -> str:
        """The lines kept back, which are to wait no longer."""
        masked, _ = _masked(self._waiting, finished=True)
        self._waiting = ""
        return masked

    def preview(self, partial: str) -> str:
        """The lines kept back and the beginning of the next, as they look now. Nothing is settled by it."""
        if self._fence:
            return partial
        masked, begun = _masked(self._waiting + partial, finished=False)
        return masked + mask(begun) if begun else masked

    def _settled(self, text: str) -> str:
        masked, begun = _masked(text, finished=False)
        start = masked.rfind("\n") + 1 if begun else len(masked)
        self._waiting = masked[start:] + begun
        return masked[:start]


def _masked(text: str, *, finished: bool) -> tuple[str, str]:
    """The text with its formulas masked, up to one that has only begun; and that one."""
    if not _OPENER.search(text):
        return text, ""
    parts: list[str] = []
    closers: dict[str, re.Match[str] | None] = {}
    position = start = 0
    while token := _TOKEN.search(text, position):
        position = token.end()
        if not (opener := token["opener"]):
            continue
        limit = token.start() + LONGEST
        closer = _next_closer(text, opener, position, closers)
        if closer and closer.end() <= limit:
            if text[position : closer.start()].strip():
                parts += text[start : token.start()], mask(text[token.start() : closer.end()])
                start = closer.end()
            position = closer.end()
        elif not finished and len(text) < limit:
            return "".join([*parts, text[start : token.start()]]), text[token.start() :]
    return "".join([*parts, text[start:]]), ""


def _is_too_wide(line: str) -> bool:
    """Each row of a table gets as many cells as there are columns, so that a few characters can become thousands."""
    return line.count("|") > MOST_COLUMNS and bool(_DELIMITERS.match(line))


def _next_closer(
    text: str, opener: str, position: int, closers: dict[str, re.Match[str] | None]
) -> re.Match[str] | None:
    """The search is remembered, or a thousand openers would each look through the whole text."""
    closer = closers.get(opener)
    if opener not in closers or (closer and closer.start() < position):
        closer = closers[opener] = _CLOSER[opener].search(text, position)
    return closer


def is_closed(source: str) -> bool:
    """Whether a mask holds a formula, or only the beginning of one."""
    closer = source[:2] in _CLOSER and _CLOSER[source[:2]].search(source, 2)
    return bool(closer and closer.end() == len(source))


class _Fence:
    """A fence as far as formulas are concerned: what looks like code is left alone."""

    def __init__(self, prefix: str, fence: str) -> None:
        self._inside = len(prefix) if prefix.strip(" \t") or len(prefix) > 1 else 0
        self._closer = re.compile(rf"[ \t>]*{re.escape(fence)}{re.escape(fence[0])}*[ \t]*$")
        self._closed = False

    @classmethod
    def opened_by(cls, line: str) -> "_Fence | None":
        found = _FENCE.match(line)
        return cls(found["prefix"], found["fence"]) if found else None

    def holds(self, line: str) -> bool:
        """Whether the line still belongs to the code, its closing line included."""
        if not self.may_hold(line):
            return False
        self._closed = bool(self._closer.match(line))
        return True

    def may_hold(self, line: str) -> bool:
        """Code in a list or a quote ends with them, which a smaller margin shows."""
        margin = _MARGIN.match(line)
        is_left = margin and margin.end() < self._inside and line.strip(" \t\n")
        return not self._closed and not is_left
