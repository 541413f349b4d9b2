"""What a refusal means: from a status, its headers and whatever body came with it to one of our errors."""

import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from parley.inference.errors import (
    BadImage,
    Firewall,
    Forbidden,
    Garbled,
    InferenceError,
    Moved,
    NoImages,
    NotFound,
    RateLimited,
    Rejected,
    TooLarge,
    TooLong,
    Unauthorized,
    Unavailable,
)
from parley.inference.naming import names_in, names_of

LONGEST_MESSAGE = 500
BY_STATUS: dict[int, type[InferenceError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    408: Unavailable,
    413: TooLarge,
    429: RateLimited,
}
TOO_LONG = re.compile(
    r"(prompt|input|conversation|messages?) (is|are) too long|too many (input )?tokens|maximum (context|prompt)"
    r"|context[ _](size|length|window)",
    re.IGNORECASE,
)
SAYS_NO_IMAGES = (400, 404, 415, 422, 500, 501)
SAYS_BAD_IMAGE = (400, 413, 415, 422)
NO_IMAGES = re.compile(
    r"(not|n't|never|no \w+ \w+ that) (support|accept|take|handle)\w* ((the|any|an) )?images?\b"
    r"|images? ((input|content|block|url|data|part)s? )*((is|are) )?(not |un)(support|accept|allow|available)"
    r"|image_url is only supported|unknown variant.{0,4}image|at most 0 image|not (a )?multi-?modal"
    r"|content must be a string|required for image input",
    re.IGNORECASE,
)
BAD_IMAGE = re.compile(
    r"images? (\w+ )?(exceed|dimension|size|is too|are too|format)|images? .{0,40}(corrupt|invalid|damaged)"
    r"|too many images"
    r"|(invalid|process|decode|load|read|unsupported|corrupt|bad|fetch)\w* (the )?(input )?(base64 )?image",
    re.IGNORECASE,
)
TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<[^>]*>")
SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
EPOCH = 1e9  # a number larger than this is no span of seconds but a point in time


def refusal(status: int, headers: Mapping[str, str], body: bytes) -> InferenceError:
    """The error that a response which is no answer stands for."""
    kind = _kind(status, body.decode("utf-8", "replace"), is_page=_is_page(headers, body))
    words = words_of(body) or f"HTTP {status}"
    return kind(words, status=status, retry_after=retry_after(headers), cause=names_in(body))


def refusal_in(chunk: Mapping[str, Any]) -> InferenceError:
    """The error that came with a 200. Some servers say inside it which status they meant."""
    message, names = message_of(chunk), names_of(chunk)
    if status := _status_in(chunk):
        return _kind(status, json.dumps(chunk), is_page=False)(message, status=status, cause=names)
    return InferenceError(message, advice=f"The model's service reported an error: {message}", cause=names)


def garbled(body: bytes) -> Garbled:
    """The error that a body stands for which is nothing that was asked for."""
    return Garbled(words_of(body), cause=names_in(body))


def words_of(body: bytes) -> str:
    """Upstream's own words, from JSON in any of its shapes, from a page, or as they are."""
    try:
        return message_of(json.loads(body))
    except (ValueError, RecursionError):
        return _words_of_page(body.decode("utf-8", "replace"))


def message_of(body: Any) -> str:
    """The message in an error object, which may lie deeper down, in a list, or as JSON inside a string."""
    if isinstance(body, str):
        return _message_in_string(body)
    if isinstance(body, list) and body:
        return message_of(body[0])
    if isinstance(body, dict) and (inner := body.get("error") or body.get("message") or body.get("detail")):
        return message_of(inner)
    return _short(json.dumps(body))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How many seconds to wait, as `Retry-After` says, or else the limits that are used up."""
    if waiting := headers.get("Retry-After"):
        return _seconds(waiting)
    resets = [_seconds(headers.get(f"x-ratelimit-reset-{what}", "")) for what in _used_up(headers)]
    return max((seconds for seconds in resets if seconds is not None), default=None)


def _kind(status: int, text: str, *, is_page: bool) -> type[InferenceError]:
    if status in (400, 413, 422) and TOO_LONG.search(text):
        return TooLong
    if status == 403 and is_page:
        return Firewall
    return _blindness(status, text) or BY_STATUS.get(status) or _family(status)


def _blindness(status: int, text: str) -> type[InferenceError] | None:
    """Whether it's an image that was refused. Some servers say with a 404 or a 500 that their model takes none."""
    if status in SAYS_NO_IMAGES and NO_IMAGES.search(text):
        return NoImages
    return BadImage if status in SAYS_BAD_IMAGE and BAD_IMAGE.search(text) else None


def _family(status: int) -> type[InferenceError]:
    if status < 400:
        return Moved
    return Rejected if status < 500 else Unavailable


def _is_page(headers: Mapping[str, str], body: bytes) -> bool:
    return "html" in headers.get("Content-Type", "").lower() or body.lstrip().startswith(b"<")


def _status_in(chunk: Mapping[str, Any]) -> int | None:
    error = chunk.get("error")
    code = str(error.get("code") or error.get("status")) if isinstance(error, dict) else ""
    return int(code) if re.fullmatch("[45][0-9][0-9]", code) else None


def _message_in_string(text: str) -> str:
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        return _short(text)
    return message_of(inner) if isinstance(inner, dict) else _short(text)


def _words_of_page(text: str) -> str:
    title = TITLE.search(text)
    return _short(TAG.sub(" ", title[1] if title else text))


def _short(text: str) -> str:
    """One line, of a length that a log can bear."""
    return " ".join(text.split())[:LONGEST_MESSAGE]


def _used_up(headers: Mapping[str, str]) -> list[str]:
    """Which of the limits have nothing left; all of them where none admits to it."""
    limits = ["requests", "tokens"]
    return [what for what in limits if headers.get(f"x-ratelimit-remaining-{what}") == "0"] or limits


def _seconds(text: str) -> float | None:
    """Seconds from now, from "12", "1m30s", a point in time in seconds, an HTTP date or an ISO one."""
    text = text.strip()
    if re.fullmatch(r"\d{1,12}(\.\d+)?", text):
        number = float(text)
        return max(0.0, number - time.time()) if number > EPOCH else number
    if re.fullmatch(f"({SPAN.pattern})+", text):
        return sum(float(number) * SECONDS[unit] for number, unit in SPAN.findall(text))
    return _seconds_until(text)


def _seconds_until(date: str) -> float | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(date)
        except ValueError:
            continue
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, moment.timestamp() - time.time())
    return None
