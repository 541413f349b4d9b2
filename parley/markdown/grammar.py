"""Where the blocks of a text are, and which of them can no longer change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyromark
from pyromark.event import BrokenLinkCallback, Event, Range

from parley.markdown.turns import in_turns

OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_TASKLISTS | pyromark.Options.ENABLE_STRIKETHROUGH

# A block longer than this is cut, so that the work for a word does not grow with what stands before it.
WINDOW = 4_096
WINDOW_LINES = 128

# Lines that show nothing by themselves: blank ones and definitions of links.
BETWEEN = "Between"
FENCED = "Fenced"

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)+")
_BLANK_LINE = re.compile(r"[ \t]*\n[ \t]*\n")
_BLANK_END = re.compile(r"(?:\A|\n)[ \t]*\n\Z")
_TO_THE_LAST_BLANK_LINE = re.compile(r"(?:.*\n)?[ \t]*\n", re.DOTALL)
_ENDED_BY_ITS_LINE = {"Heading", "Rule"}
_ENDED_BY_A_BLANK_LINE = {"Paragraph", "Table", "BlockQuote"}


@dataclass(frozen=True)
class Found:
    """A block, or what stands between blocks, in whole lines."""

    kind: str
    source: str


def events(source: str, resolve: BrokenLinkCallback) -> Iterator[tuple[Event, Range]]:
    """The parser looks for the next only when it is asked for it, so that others can have their turn in between."""
    return in_turns(pyromark.events_with_range(source, options=OPTIONS, merge_text=True, broken_link_callback=resolve))


def find(source: str) -> list[Found]:
    """All of a text that ends with a line."""
    text = source.encode()
    found: list[Found] = []
    done = 0
    for kind, start, end in _spans(source, depth=0):
        start = max(done, text.rfind(b"\n", 0, start) + 1)
        end = text.find(b"\n", end - 1) + 1
        found += *_between(text[done:start].decode()), Found(kind, text[start:end].decode())
        done = end
    return [*found, *_between(text[done:].decode())]


def _between(source: str) -> list[Found]:
    """What stands between two blocks: that which a blank line ends, and the rest."""
    ended = _TO_THE_LAST_BLANK_LINE.match(source)
    length = ended.end() if ended else 0
    return [Found(BETWEEN, part) for part in (source[:length], source[length:]) if part]


def is_ended(block: Found, rest: str) -> bool:
    """Whether nothing that follows can change the last block."""
    if block.kind in _ENDED_BY_ITS_LINE or rest.strip(" \t\n"):
        return True
    lines = block.source + rest
    return block.kind in _ENDED_BY_A_BLANK_LINE and bool(_BLANK_LINE.match(lines, len(block.source.rstrip(" \t\n"))))


def is_blank_at_its_end(source: str) -> bool:
    """Whether a blank line ends the definitions that may stand here: the title of a link may come a line later."""
    return bool(_BLANK_END.search(source))


def is_full(source: str) -> bool:
    return len(source) >= WINDOW or source.count("\n") >= WINDOW_LINES


def lines_of(source: str) -> list[str]:
    """Lines with their ends. `str.splitlines` knows more kinds of them than Markdown does."""
    return _LINES.findall(source)


def without_blank_lines(source: str) -> str:
    """The text from its first line with something in it."""
    blank = _BLANK_LINES.match(source)
    return source[blank.end() :] if blank else source


def cut(block: Found) -> tuple[str, str]:
    """A block that fills the window in two: what is shown now, and what goes on as a block of the same kind.

    The second part is never as long as the whole, or the text would not come to an end.
    """
    if block.kind == "List":
        return _cut_at_the_last_item(block.source)
    if block.kind == "Table":
        return _cut_before_the_last_row(block.source)
    return block.source, ""


def _cut_at_the_last_item(source: str) -> tuple[str, str]:
    text = source.encode()
    *_, (_, last, _) = _spans(source, depth=1)
    start = text.rfind(b"\n", 0, last) + 1
    return (text[:start].decode(), text[start:].decode()) if start else (source, "")


def _cut_before_the_last_row(source: str) -> tuple[str, str]:
    """The rows that follow need the head again."""
    head, delimiters, *rows = source.removesuffix("\n").split("\n")
    carried = f"{head}\n{delimiters}\n"
    if len(rows) < 2 or len(carried) > WINDOW // 2:
        return source, ""
    start = len(source) - len(rows[-1]) - 1
    return source[:start], carried + source[start:]


def _spans(source: str, depth: int) -> Iterator[tuple[str, int, int]]:
    """The kind and the bytes of everything that is this deep in the text.

    A list ends with its last item; the parser counts what stands between it and the next block as well.
    """
    level = end_of_child = 0
    kind = ""
    for event, span in events(source, lambda _: None):
        if isinstance(event, str):
            if level == depth:
                yield event, span["start"], span["end"]
        elif "Start" in event:
            if level == depth:
                kind = _kind(event["Start"])
            level += 1
        elif "End" in event:
            level -= 1
            if level == depth:
                yield kind, span["start"], end_of_child if kind == "List" else span["end"]
            end_of_child = span["end"]


def _kind(tag: object) -> str:
    if not isinstance(tag, dict):
        return str(tag)
    if "CodeBlock" in tag:
        return "Indented" if tag["CodeBlock"] == "Indented" else "Fenced"
    return str(next(iter(tag)))
