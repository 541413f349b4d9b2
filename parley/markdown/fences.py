"""Fenced code between blocks, read line by line: only its closing fence matters, so its length costs nothing."""

import re

from parley.markdown.formulas import unmask
from parley.markdown.grammar import lines_of
from parley.markdown.highlighting import highlighted, language_of, plain

_OPENING = re.compile(r"(?P<indent> {0,3})(?P<fence>`{3,}|~{3,})(?P<info>.*)")


class Fence:
    """Code from its opening line to its closing line, which may never come."""

    def __init__(self, opening: str) -> None:
        found = _OPENING.match(opening)
        if not found:
            raise ValueError(f"not the opening of fenced code: {opening!r}")
        fence = re.escape(found["fence"])
        mark = re.escape(found["fence"][0])
        self.language = language_of(found["info"])
        self.closed = False
        self._indent = re.compile(f" {{0,{len(found['indent'])}}}")
        self._closing = re.compile(rf" {{0,3}}{fence}{mark}*[ \t]*\n")
        self._may_close = re.compile(rf" {{0,3}}{mark}*[ \t]*")
        self._code: list[str] = []
        self._unseen: list[str] = []
        self._seen_ahead = 0
        self.at_line_start = True

    @classmethod
    def around(cls, source: str) -> "Fence":
        """Fenced code that is there as a whole."""
        opening, *lines = lines_of(source)
        fence = cls(opening)
        for line in lines:
            fence.write(line)
        return fence

    @property
    def html(self) -> str:
        """The finished code, without the end of its last line."""
        return highlighted("".join(self._code).removesuffix("\n"), self.language)

    @property
    def empty_html(self) -> str:
        """The code before its first character."""
        return plain("", self.language)

    def write(self, line: str) -> None:
        """The next line, or the next part of one that is too long to wait for."""
        if self.at_line_start and self._closing.fullmatch(line):
            self.closed = True
        else:
            self._add(self._code_in(line))
            self.at_line_start = line.endswith("\n")

    def unseen(self, partial: str) -> str:
        """What can be seen of the code and could not before, when a line has come as far as this.

        A line that may become the closing fence is not shown, and the end of a line only when another follows.
        """
        if self.at_line_start and self._may_close.fullmatch(partial):
            unseen = "".join(self._unseen)
            news = unseen.removesuffix("\n")
            self._unseen = [unseen[len(news) :]]
            return news
        code = self._code_in(partial)
        news = "".join([*self._unseen, code[self._seen_ahead :]])
        self._unseen = []
        self._seen_ahead = len(code)
        return news

    def _add(self, code: str) -> None:
        self._code.append(code)
        self._unseen.append(code[self._seen_ahead :])
        self._seen_ahead = 0

    def _code_in(self, line: str) -> str:
        return unmask(self._indent.sub("", line, count=1) if self.at_line_start else line)
