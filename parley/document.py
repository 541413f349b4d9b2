"""An answer as HTML that is only ever added to: for a page without script, written while the answer comes.

What has been sent can't be taken back, but the style sheet can hide it. A last block that changes is sent again and
hides the one before it (`.block:has(+ .block--again)`). Where an earlier block changes, which is rare, all is sent
again and hides all that was (`.take:has(+ .take)`). Text that only goes on is put where the last block is still open.
Thoughts are sent again beneath their summary, once there is one (`.reasoning:has(~ .reasoning)`).
"""

import re
from collections.abc import Iterable, Iterator

from markupsafe import escape

from parley.event_stream import End, Event, Heartbeat, Notice, Reasoning
from parley.markdown import Append, Block
from parley.markdown.changes import Page

THINKING = '<details class="reasoning"><summary>{}</summary><div class="reasoning__text">'
TAKE = '<div class="take prose">'

_closing_tags = re.compile(r"(?:</[a-z0-9]+>)*$")


def pieces(events: Iterable[Event]) -> Iterator[str]:
    """The HTML of an answer, piece by piece, from its events."""
    document = _Document()
    for event in events:
        match event:
            case Reasoning(text, summary) if not document.has_words:
                yield document.thought(text, summary)
            case Block(index, html):
                yield document.block(index, html)
            case Append(text):
                yield document.appended(text)
            case Notice(message):
                yield document.noticed(message)
            case Heartbeat():
                yield "<!-- -->"
            case End(error=error):
                yield document.end(error)


class _Document:
    """What has been sent so far: which blocks there are, and what is open."""

    def __init__(self) -> None:
        self._page = Page()
        self._open = ""
        self._thoughts = ""
        self._notices: list[str] = []

    @property
    def has_words(self) -> bool:
        return len(self._page) > 0

    def thought(self, text: str, summary: str | None) -> str:
        """More thoughts. Once there is a summary of them, they are sent again beneath it."""
        self._thoughts += text
        if summary or not self._open:
            return self._close() + self._begin_thoughts(summary or "Thinking")
        return str(escape(text))

    def block(self, index: int, html: str) -> str:
        before = len(self._page)
        if not self._page.put(index, html):
            return ""
        if index < before - 1:
            return self._close() + "</div>" + TAKE + "".join(map(self._begin, self._page.blocks))
        return self._close() + (TAKE if before == 0 else "") + self._begin(html, again=index < before)

    def appended(self, text: str) -> str:
        self._page.append(text)
        return str(escape(text))

    def noticed(self, message: str) -> str:
        """In the midst of the words there is no place for it: it waits for their end."""
        notice = f'<p class="notice">{escape(message)}</p>'
        if self.has_words:
            self._notices.append(notice)
            return ""
        return self._close() + notice

    def end(self, error: str | None) -> str:
        closed = self._close() + ("</div>" if self.has_words else "")
        failed = f'<p class="notice notice--error">{escape(error)}</p>' if error else ""
        return closed + "".join(self._notices) + failed

    def _begin_thoughts(self, summary: str) -> str:
        self._open = "</div></details>"
        return THINKING.format(escape(summary)) + str(escape(self._thoughts))

    def _begin(self, html: str, again: bool = False) -> str:
        """A block up to where its text may go on. The tags that close it are left for later."""
        end = _closing_tags.search(html)
        cut = end.start() if end else len(html)
        closed, self._open = self._close(), html[cut:] + "</div>"
        return f'{closed}<div class="block{" block--again" if again else ""}">{html[:cut]}'

    def _close(self) -> str:
        closing, self._open = self._open, ""
        return closing
