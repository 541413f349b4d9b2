"""The characters of a text as the rest may rely on: lines end in a line feed, and there are no others to fear."""

import re

_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def harmless(text: str) -> str:
    """Control characters and halves of characters, which no page can show, as the sign for what is missing."""
    return _UNWANTED.sub("\N{REPLACEMENT CHARACTER}", text)


class Characters:
    """Cleans a text that comes in pieces; a carriage return and its line feed may come apart."""

    def __init__(self) -> None:
        self._after_return = False

    def write(self, piece: str) -> str:
        if not piece:
            return ""
        rest = piece[1:] if self._after_return and piece.startswith("\n") else piece
        self._after_return = piece.endswith("\r")
        return harmless(rest.replace("\r\n", "\n").replace("\r", "\n"))
