"""Codes that open something: the operator sets them, a visitor types them, and a cookie remembers which were right."""

import hmac
import logging
import math
from dataclasses import dataclass, field
from unicodedata import normalize

from flask import current_app, request, session

from parley.errors import Refusal, Refused
from parley.limits import WRONG_CODES_FROM_AN_ADDRESS, WRONG_CODES_IN_ALL, TooOften
from parley.logfmt import Line
from parley.neighbourhood import neighbourhood
from parley.parts import parts
from parley.visitors import remember

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Code:
    """One of them. Where no words are set there is nothing to know, and nobody knows it."""

    key: str  # of what a cookie remembers of it
    name: str
    needed: str
    words: str | None = field(repr=False)

    @property
    def is_set(self) -> bool:
        return self.words is not None

    def is_known(self) -> bool:
        """Whether this visitor has entered it, as it is now. What an earlier secret vouches for is written anew."""
        known = self._is_meant_by(session.get(self.key, ""))
        if known and session[self.key] != self._digest(self.words or "", _keys()[0]):
            self.remember()
        return known

    def is_typed(self, typed: str) -> bool:
        """Whether these are its words. It takes as long for all that are typed."""
        return self._is_meant_by(self._digest(typed, _keys()[0]))

    def remember(self) -> None:
        """Let this visitor have entered it."""
        session[self.key] = self._digest(self.words or "", _keys()[0])
        remember()

    def _is_meant_by(self, digest: str) -> bool:
        ours = [self._digest(self.words or "", key) for key in _keys()]
        return self.is_set and True in [hmac.compare_digest(digest, one) for one in ours]

    def _digest(self, words: str, key: str) -> str:
        """What stands for a code in a cookie, which its visitor can read, and is compared: as long for every code."""
        plain = normalize("NFC", words.strip()).encode("utf-8", "replace")
        return hmac.digest(key.encode(), self.name.encode() + b" " + plain, "sha256").hex()


class CodeWanted(Exception):
    """What was asked for is only for those who know a code. A refusal says what was wrong with the one that came."""

    def __init__(self, code: Code, refusal: Refusal | None = None) -> None:
        self.code = code
        self.refusal = refusal
        super().__init__(code.name)


def require(typed: str, *codes: Code) -> Code:
    """The one of some codes that was typed. Raises Refused where it was none, or where too many others were tried.

    A right one is counted too, as none: with the same questions to the database a refusal takes as long as for a wrong
    one, and says nothing. What is counted at the same time in other processes is seen, so that many tries at once are
    no more than many in a row.
    """
    right = [code for code in codes if code.is_typed(typed)]
    try:
        _count(wrong=0 if right else 1)
    except TooOften as failure:
        log.warning(Line(access="refused", cause="too many wrong codes", retry_after=round(failure.retry_after)))
        raise Refused(_too_often(failure.retry_after)) from failure
    if not right:
        raise Refused(_wrong(codes[0]))
    return right[0]


def require_in_header(*codes: Code) -> None:
    """Let pass whoever sends one of some codes along, as from a shell. Raises CodeWanted, for the first of them."""
    typed = _in_header()
    if not typed:
        raise CodeWanted(codes[0])
    try:
        require(typed, *codes)
    except Refused as failure:
        raise CodeWanted(codes[0], failure.refusal) from failure


def _keys() -> list[str]:
    """What digests are made with, and then what they were made with before the operator changed it."""
    return [current_app.config["SECRET_KEY"], *(current_app.config["SECRET_KEY_FALLBACKS"] or ())]


def _count(wrong: int) -> None:
    """Whoever is refused for their own tries adds nothing to those of all, and so can't shut the door for others."""
    limits = parts().limits
    limits.count(WRONG_CODES_FROM_AN_ADDRESS, neighbourhood(), cost=wrong)
    limits.count(WRONG_CODES_IN_ALL, cost=wrong)


def _in_header() -> str:
    """Servers hand headers on as if their bytes were Latin-1."""
    scheme, _, code = request.headers.get("Authorization", "").partition(" ")
    return code.encode("latin-1", "replace").decode("utf-8", "replace") if scheme.lower() == "bearer" else ""


def _wrong(code: Code) -> Refusal:
    words = f"This is not the {code.name}. Check how it is written, then try again."
    return Refusal(401, "wrong_code", words)


def _too_often(seconds: float) -> Refusal:
    minutes = math.ceil(seconds / 60)
    words = f"Too many wrong codes were tried. Wait {minutes} minute{'s' * (minutes > 1)}, then try again."
    return Refusal(429, "too_many_tries", words, seconds)
