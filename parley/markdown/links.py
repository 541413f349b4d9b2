"""Where a link may lead, and the addresses that are links without being marked as such."""

import re

from parley.markdown.escaping import escaped, quoted

_ALLOWED = re.compile(r"(?:https?://|mailto:)[^\x00-\x20]", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![A-Za-z0-9])https?://[^\s<>\"\x02]*[^\s<>\"\x02.,:;!?'*_~)\]]", re.IGNORECASE)


def is_allowed(address: str) -> bool:
    return bool(_ALLOWED.match(address))


def opening(address: str, title: str = "") -> str:
    title = f" title={quoted(title)}" if title else ""
    return f"<a href={quoted(address)}{title}>"


def opening_bare(address: str) -> str:
    """Of a link that is its own address: on paper it need not be said twice."""
    return f'<a href={quoted(address)} class="bare">'


def linked(text: str) -> str:
    """Text with the addresses in it as links; a mark that ends a sentence is not part of an address."""
    if "://" not in text:
        return escaped(text)
    parts: list[str] = []
    done = 0
    for found in _ADDRESS.finditer(text):
        end = found.end() + _closes_a_bracket(text, found)
        address = text[found.start() : end]
        parts += escaped(text[done : found.start()]), opening_bare(address), escaped(address), "</a>"
        done = end
    return "".join([*parts, escaped(text[done:])])


def _closes_a_bracket(text: str, found: re.Match[str]) -> bool:
    """Whether the address opened the bracket that follows it, as in …/wiki/Thing_(disambiguation)."""
    return text.startswith(")", found.end()) and found[0].count("(") > found[0].count(")")
