"""An answer as HTML that is only ever added to: for a page without script, written while the answer comes.

What has been sent can't be taken back. So a block that changes is sent again, and the style sheet hides the one
before it (`.block:has(+ .block--again)`); text that only goes on is put where the last block is still open.
"""

import re
from collections.abc import Iterable, Iterator

from markupsafe import escape

from parley.event_stream import End, Event, Heartbeat, Notice
from parley.markdown import Append, Block

_closing_tags = re.compile(r"(?:</[a-z0-9]+>)*$")


def pieces(events: Iterable[Event]) -> Iterator[str]:
    """The HTML of an answer, piece by piece, from its events."""
    open_index, still_open = -1, ""
    for event in events:
        match event:
            case Block(index, html) if index >= open_index:
                again = "block--again" if index == open_index else ""
                begun, closers = _split(html)
                yield f'{still_open}<div class="block {again}">{begun}'
                open_index, still_open = index, closers + "</div>"
            case Append(text):
                yield str(escape(text))
            case Notice(message):
                yield f'{still_open}<p class="notice">{escape(message)}</p>'
                still_open = ""
            case Heartbeat():
                yield "<!-- -->"
            case End(error=error):
                yield still_open
                yield f'<p class="notice">{escape(error)}</p>' if error else ""


def _split(html: str) -> tuple[str, str]:
    """A block up to where its text may go on, and the tags that close it."""
    end = _closing_tags.search(html)
    cut = end.start() if end else len(html)
    return html[:cut], html[cut:]
