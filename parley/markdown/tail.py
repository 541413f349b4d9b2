"""The end of a text, as far as it can still change."""

from parley.markdown.fences import Fence
from parley.markdown.grammar import (
    BETWEEN,
    FENCED,
    Found,
    cut,
    find,
    is_blank_at_its_end,
    is_ended,
    is_full,
    lines_of,
    without_blank_lines,
)


class Tail:
    """Takes lines and lets go of blocks, which are final: whatever follows, they stay as they are.

    All that is let go follows from the lines alone. Reading ten lines at once or one after the other finds the same
    blocks, because Markdown is read line by line: a block that has ended is never opened again.
    """

    def __init__(self) -> None:
        self.text = ""
        self.fence: Fence | None = None
        self.work = 0
        self._final: list[Found | Fence] = []
        self._is_settled = True

    def take(self, lines: str) -> None:
        for line in lines_of(lines):
            if self.fence:
                self._take_code(self.fence, line)
            else:
                self._take_line(line)

    def settle(self) -> list[Found | Fence]:
        """What is final by now and was not yet the last time."""
        while not self._is_settled:
            self._is_settled = True
            self._let_go(self._find())
        final, self._final = self._final, []
        return final

    def finish(self) -> list[Found | Fence]:
        """Everything that is left."""
        final = self.settle()
        final += [self.fence] if self.fence else map(_as_code, self._find())
        self.text = ""
        self.fence = None
        return final

    def _take_line(self, line: str) -> None:
        self._keep(self.text + line)
        self._is_settled = False
        if is_full(self.text):
            self._final = self.settle()

    def _take_code(self, fence: Fence, line: str) -> None:
        fence.write(line)
        if fence.closed:
            self._final.append(fence)
            self.fence = None

    def _find(self) -> list[Found]:
        self.work += len(self.text)
        return find(self.text)

    def _let_go(self, found: list[Found]) -> None:
        blocks = [number for number, part in enumerate(found) if part.kind != BETWEEN]
        if blocks and found[blocks[-1]].kind == FENCED:
            self._read_as_code(found, blocks[-1])
        elif length := _ended(found, blocks):
            self._split(found, length)
        elif is_full(self.text):
            self._cut(found, blocks)

    def _read_as_code(self, found: list[Found], last: int) -> None:
        """Open code takes its lines itself from here on."""
        opening, *lines = lines_of(_source(found[last:]))
        self._split(found[:last], last)
        self.fence = Fence(opening)
        self.take("".join(lines))

    def _cut(self, found: list[Found], blocks: list[int]) -> None:
        if not blocks:
            self._split(found, len(found))
            return
        last = blocks[0]
        head, rest = cut(found[last])
        self._split([*found[:last], Found(found[last].kind, head)], last + 1)
        self._keep(rest + _source(found[last + 1 :]))

    def _split(self, found: list[Found], length: int) -> None:
        self._final += map(_as_code, found[:length])
        self._keep(_source(found[length:]))

    def _keep(self, text: str) -> None:
        """Blank lines before a block mean nothing; without them the tail is the same however it came to be."""
        self.text = without_blank_lines(text)
        self._is_settled = not is_full(self.text)


def _source(found: list[Found]) -> str:
    return "".join(part.source for part in found)


def _ended(found: list[Found], blocks: list[int]) -> int:
    """How many parts are final: the ended blocks, and after them what a blank line ends."""
    length = 0
    if blocks and is_ended(found[blocks[-1]], _source(found[blocks[-1] + 1 :])):
        length = blocks[-1] + 1
    elif len(blocks) > 1:
        length = blocks[-2] + 1
    while length < len(found) and found[length].kind == BETWEEN and is_blank_at_its_end(found[length].source):
        length += 1
    return length


def _as_code(part: Found) -> Found | Fence:
    return Fence.around(part.source) if part.kind == FENCED else part
