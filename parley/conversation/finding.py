"""Words that are looked for, and the places in a text where they are. Case and accents make no difference."""

import re
import string
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST_QUERY = 200  # characters of it that are read
MOST_WORDS = 10  # that are looked for
BEFORE, EXCERPT = 60, 240  # characters of an excerpt: up to the first word that was found, and in all

_accents = re.compile("[\u0300-\u036f]+")
_link = re.compile(r"!?\[([^\]\n]*)\]\([^)\s]*\)")
_signs = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]|>[ \t]?|[-*+][ \t]|```.*$|\|[-:| \t]+$)"  # of headings, quotes, lists, code, tables
    r"|\*\*|~~|`|(?<!\S)\*(?=\S)|(?<=\S)\*(?!\w)",  # around words
    re.MULTILINE,
)
_between = re.compile(rf"[\s{re.escape(string.punctuation)}]+")


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is one of the words, or has none of them."""

    text: str
    is_found: bool


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, lower case and without accents. Whatever else it holds means nothing."""
    query = unicodedata.normalize("NFC", query[:LONGEST_QUERY])
    words = [word for word in _between.split(folded(query)) if any(map(str.isalnum, word))]
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


def has_all(text: str, words: tuple[str, ...]) -> bool:
    """Whether each of the words is the beginning of a word of the text."""
    text = folded(unicodedata.normalize("NFC", text))
    return all(word in text and _beginning_with(word).search(text) for word in words)


def marked(text: str, words: tuple[str, ...]) -> tuple[Piece, ...]:
    """A text cut where the words are."""
    pieces: list[Piece] = []
    end = 0
    for found in _beginning_with(*words).finditer(folded(text)):
        pieces.append(Piece(text[end : found.start()], is_found=False))
        pieces.append(Piece(text[found.start() : found.end()], is_found=True))
        end = found.end()
    return tuple(piece for piece in [*pieces, Piece(text[end:], is_found=False)] if piece.text)


def excerpt(text: str, words: tuple[str, ...]) -> tuple[Piece, ...]:
    """The neighbourhood of the first place where one of the words is, on one line."""
    first = _beginning_with(*words).search(folded(text))
    middle = first.start() if first else 0
    start = _next_word(text, max(0, middle - BEFORE), middle)
    end = start + EXCERPT
    line = " ".join(_without_signs(text[start:end]).split())
    return marked("…" * (start > 0) + line + "…" * (end < len(text)), words)


def folded(text: str) -> str:
    """The text in lower case and without accents, each character in its place."""
    return text.lower() if text.isascii() else text.translate(_folds)


class _Folds(dict[int, str]):
    """What each character is without case and accent; it learns them as they are asked for."""

    def __missing__(self, code: int) -> str:
        lower = chr(code).lower()
        bare = _accents.sub("", unicodedata.normalize("NFD", lower))
        self[code] = unicodedata.normalize("NFC", bare or lower)[0]
        return self[code]


_folds = _Folds()


@lru_cache(maxsize=64)
def _beginning_with(*words: str) -> re.Pattern[str]:
    """Whole words, of which only the beginning was asked for; the longest first, where one begins another."""
    beginnings = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{beginnings})[^\W_]*")


def _without_signs(text: str) -> str:
    """The words of Markdown, near enough for a glance: whoever follows the link reads all of it as it is meant."""
    return _signs.sub("", _link.sub(r"\1", text))


def _next_word(text: str, start: int, end: int) -> int:
    """Where a word begins, so that none is cut in half."""
    blank = text.find(" ", start, end) if start else -1
    return blank + 1 if blank >= 0 else start
