"""Markdown that is still being written, as blocks of which all but the last are final."""

import re

from parley.markdown import turns
from parley.markdown.changes import Change, Page, apply_append
from parley.markdown.characters import Characters
from parley.markdown.fences import Fence
from parley.markdown.formulas import Formulas
from parley.markdown.grammar import BETWEEN, Found
from parley.markdown.highlighting import highlighted, plain
from parley.markdown.lines import LONGEST, Lines
from parley.markdown.outline import Outline
from parley.markdown.references import References
from parley.markdown.rendering import Rendering
from parley.markdown.tail import Tail

# Characters that mean nothing to Markdown where a line already has words.
_HARMLESS = re.compile(r"""(?:[^\x00-\x7f\s]|[A-Za-z0-9 ,.:'"(!?%-])*""")

# What they may follow. These have done what they can do.
_SETTLED = re.compile(r"""[^\x00-\x7f\s]|[A-Za-z0-9 ,.:'"(!?%;)-]""")

# Source in which even those mean something: the definition of a link, an element, an address.
_DELICATE = re.compile(r"\]:|<|://\S*$")

# The beginning of a line that is not shown yet: nothing but marks and the numbers of items, which may become anything,
# or what may become such a number; the opening of a fence; the row of a table, because a table is long and would be
# sent again for each of its words.
_UNDECIDED = re.compile(
    r"(?:[ \t#>*+~|`:=\\\[\]_<$-]|\d{1,9}[.)](?![^ \t]))*(?:\d{1,9})?|[ \t>]*(?:`{3,}[^`]*|~{3,}.*|\|.*)"
)


def whole(text: str) -> str:
    """The safe HTML of a finished text."""
    return "".join(blocks(text))


def blocks(text: str) -> list[str]:
    """The safe HTML of each block of a finished text."""
    growing = Growing()
    growing.write(text)
    growing.finish()
    return growing.blocks


class Growing:
    """Takes a text in pieces of any size and tells how its HTML changes.

    What is final follows from the text so far and never from where the pieces were cut. The rest, the tail, is read
    again when something comes that may have a meaning; a plain word is only put at its end.
    """

    def __init__(self) -> None:
        self._characters = Characters()
        self._lines = Lines()
        self._formulas = Formulas()
        self._tail = Tail()
        self._references = References()
        self._page = Page()
        self._changes: list[Change] = []
        self._final = 0
        self._outline: Outline = ()
        self._waiting: dict[int, tuple[str, Outline]] = {}
        self._outdated: set[int] = set()
        self._shown_fence: Fence | None = None
        self._shown_source: str | None = None
        self._may_go_on = False
        self._is_in_a_sentence = False
        self._blank = ""
        self._work = 0

    @property
    def blocks(self) -> list[str]:
        """The HTML of every block as it is now."""
        return self._page.blocks

    @property
    def work(self) -> int:
        """How many characters have been read and rendered so far, each as often as it was."""
        return self._work + self._tail.work

    def write(self, piece: str) -> list[Change]:
        text = self._characters.write(piece)
        if self._only_goes_on(text):
            return self._append(text)
        turns.begin()
        for line in self._lines.take(text, self._is_code):
            self._take(line)
            turns.give_way()
        self._commit()
        self._show_again()
        self._show_tail()
        return self._news()

    def finish(self) -> list[Change]:
        self._is_in_a_sentence = False
        if self._lines.partial:
            self._take(self._lines.partial + "\n")
        self._tail.take(self._formulas.rest())
        for part in self._tail.finish():
            self._commit_part(part)
        self._show_again()
        self._changes += self._page.take_back(self._final)
        return self._news()

    def _news(self) -> list[Change]:
        changes, self._changes = self._changes, []
        return changes

    # A word in a sentence

    def _only_goes_on(self, text: str) -> bool:
        if not self._is_in_a_sentence or len(self._lines.partial) + len(text) > LONGEST:
            return False
        return bool(_HARMLESS.fullmatch(text))

    def _append(self, text: str) -> list[Change]:
        """Blanks wait for what follows them, because at the end of a line they do not show."""
        self._lines.partial += text
        self._work += len(text)
        waiting = self._blank + text
        seen = waiting.rstrip(" ")
        self._blank = waiting[len(seen) :]
        return self._page.append(seen)

    # What is final

    def _is_code(self, line: str) -> bool:
        self._commit()
        fence = self._tail.fence
        return fence is not None and (not fence.at_line_start or self._formulas.is_code(line))

    def _take(self, line: str) -> None:
        """A line, or of code a part of one."""
        fence = self._tail.fence
        is_part = not line.endswith("\n") or (fence is not None and not fence.at_line_start)
        self._tail.take(line if is_part else self._formulas.line(line))

    def _commit(self) -> None:
        for part in self._tail.settle():
            self._commit_part(part)
            turns.give_way()

    def _commit_part(self, part: Found | Fence) -> None:
        self._shown_source = None
        if isinstance(part, Fence):
            self._shown_fence = None
            self._put(part.html)
            return
        self._outdated |= set(self._references.define(part.source))
        if part.kind != BETWEEN:
            self._commit_block(part.source)

    def _commit_block(self, source: str) -> None:
        """Rendered by itself, so that nothing after it, which may be known or not by now, makes a difference."""
        rendering = self._render_final(source, self._outline)
        if rendering.unknown_labels:
            self._waiting[self._final] = source, self._outline
            self._references.wait(rendering.unknown_labels, self._final)
        self._outline = rendering.outline
        self._put("".join(rendering.blocks))

    def _render_final(self, source: str, outline: Outline) -> Rendering:
        self._work += len(source)
        return Rendering(source, self._references, highlighted, outline)

    def _put(self, html: str) -> None:
        if html:
            self._changes += self._page.put(self._final, html)
            self._final += 1

    def _show_again(self) -> None:
        """Blocks with links whose definitions have come since."""
        for block in sorted(self._outdated):
            html = "".join(self._render_final(*self._waiting[block]).blocks)
            self._changes += self._page.put(block, html)
        self._outdated.clear()

    # What is not

    def _show_tail(self) -> None:
        self._is_in_a_sentence = False
        if self._tail.fence:
            self._show_fence(self._tail.fence)
        else:
            self._show_source(self._visible_partial())

    def _visible_partial(self) -> str:
        partial = self._lines.partial
        return "" if _UNDECIDED.fullmatch(partial) else partial.rstrip(" ")

    def _show_fence(self, fence: Fence) -> None:
        partial = self._lines.partial
        news = fence.unseen(partial if self._is_code(partial) else "")
        self._work += len(news)
        if fence is self._shown_fence:
            self._changes += self._page.append(news)
            return
        self._shown_fence, self._shown_source = fence, None
        self._changes += self._page.put(self._final, apply_append(fence.empty_html, news))
        self._changes += self._page.take_back(self._final + 1)

    def _show_source(self, visible_partial: str) -> None:
        """What is shown already is not rendered again, a twelfth of all this work: rows of a table show once whole."""
        source = self._tail.text + self._formulas.preview(visible_partial)
        if source != self._shown_source:
            self._render_tail(source)
        self._blank = self._lines.partial[len(visible_partial) :]
        self._is_in_a_sentence = bool(visible_partial) and self._may_go_on

    def _render_tail(self, source: str) -> None:
        rendering = Rendering(source, self._references, plain, self._outline)
        self._work += len(source)
        for index, html in enumerate(rendering.blocks, self._final):
            self._changes += self._page.put(index, html)
        self._changes += self._page.take_back(self._final + len(rendering.blocks))
        self._shown_source = source
        self._may_go_on = rendering.ends_in_text and _goes_on_as_text(source)


def _goes_on_as_text(source: str) -> bool:
    """Whether a plain word at the end would only add its letters to what is shown."""
    return bool(_SETTLED.fullmatch(source[-1])) and not _DELICATE.search(source)
