"""Who may come in: everybody, or whoever knows the operator's access code."""

import hmac
import ipaddress
import logging
import math
from collections.abc import Iterator
from unicodedata import normalize

from flask import current_app, request, session

from parley.errors import Refusal, Refused
from parley.limits import WRONG_CODES_FROM_AN_ADDRESS, WRONG_CODES_IN_ALL, TooOften
from parley.parts import parts
from parley.visitors import remember

NEIGHBOURS = 64  # bits that the IPv6 addresses of one household have in common: the rest it may choose as it likes

log = logging.getLogger(__name__)

WRONG = Refusal(401, "wrong_code", "This is not the access code. Check how it is written, then try again.")


def is_admitted() -> bool:
    """Whether there is no code, or this visitor has entered the one there is.

    What an earlier SECRET_KEY vouches for is written anew under the present one.
    """
    code = parts().config.access_code
    if code is None:
        return True
    if not any(hmac.compare_digest(session.get("access", ""), digest) for digest in _digests(code)):
        return False
    if session["access"] != _digest(code):
        session["access"] = _digest(code)
    return True


def admit(typed: str) -> None:
    """Remember that this visitor knows the code. Raises Refused."""
    require_code(typed)
    session["access"] = _digest(typed)
    remember()


def require_code(typed: str) -> None:
    """Raise Refused unless this is the code, or where too many others were tried before.

    A right one is counted too, as none: with the same questions to the database a refusal takes as long as for a wrong
    one, and says nothing. What is counted at the same time in other processes is seen, so that many tries at once are
    no more than many in a row.
    """
    code = parts().config.access_code
    is_right = code is None or hmac.compare_digest(_digest(typed), _digest(code))
    try:
        _count(wrong=0 if is_right else 1)
    except TooOften as failure:
        log.warning("access=refused cause=%r retry_after=%.0f", "too many wrong codes", failure.retry_after)
        raise Refused(_too_often(failure.retry_after)) from failure
    if not is_right:
        raise Refused(WRONG)


def _digest(code: str) -> str:
    """What stands for a code in a cookie, which its visitor can read, and is compared: as long for every code."""
    return next(_digests(code))


def _digests(code: str) -> Iterator[str]:
    """The same by each key that is good, the present one first."""
    words = normalize("NFC", code.strip()).encode("utf-8", "replace")
    for key in (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]):
        yield hmac.digest(key.encode(), b"access code " + words, "sha256").hex()


def _count(wrong: int) -> None:
    """Whoever is refused for their own tries adds nothing to those of all, and so can't shut the door for others."""
    limits = parts().limits
    limits.count(WRONG_CODES_FROM_AN_ADDRESS, _neighbourhood(), cost=wrong)
    limits.count(WRONG_CODES_IN_ALL, cost=wrong)


def _too_often(seconds: float) -> Refusal:
    minutes = math.ceil(seconds / 60)
    words = f"Too many wrong codes were tried. Wait {minutes} minute{'s' * (minutes > 1)}, then try again."
    return Refusal(429, "too_many_tries", words, seconds)


def _neighbourhood() -> str:
    """Whoever asks from here counts as one."""
    try:
        address = ipaddress.ip_address(_address())
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, NEIGHBOURS), strict=False))


def _address() -> str:
    """Where a request comes from. The last entry of `X-Forwarded-For` is the router's; the others are anybody's."""
    if parts().config.behind_router:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return request.remote_addr or ""
