"""An answer as the page puts it together from its events, and how far its reader has seen it."""

import re
from hashlib import sha256
from html import unescape
from typing import Any

from bench.speech import Question, words_in
from parley.markdown import apply_append

TAG = re.compile(r"<[^>]*>")


class Reading:
    """What one connection tells of an answer. A new connection begins with an empty page."""

    def __init__(self, question: Question) -> None:
        self.words = 0
        self._question = question
        self._blocks: list[str] = []

    def take(self, name: str, fields: dict[str, Any]) -> None:
        if name == "block":
            self._blocks[fields["index"] : fields["index"] + 1] = [fields["html"]]
            self._see(words_of(fields["html"]))
        elif name == "append":
            self._blocks[-1] = apply_append(self._blocks[-1], fields["text"])
            self._see(fields["text"])

    @property
    def is_in_order(self) -> bool:
        """Whether each word is there once, and none is missing."""
        seen = words_in(words_of("".join(self._blocks)), self._question)
        return seen == list(range(1, len(seen) + 1))

    @property
    def fingerprint(self) -> str:
        return fingerprint("".join(self._blocks))

    def _see(self, text: str) -> None:
        self.words = max([self.words, *words_in(text, self._question)])


def words_of(html: str) -> str:
    """The text of some HTML, without its tags: colours stand in the middle of words."""
    return unescape(TAG.sub("", html))


def fingerprint(html: str) -> str:
    """Enough of some HTML to tell whether other HTML is the same."""
    return sha256(html.encode()).hexdigest()
