"""What a service calls an error, for the log: its names, never its sentences, which may quote what was said."""

import json
import re
from collections.abc import Iterator
from typing import Any

WHERE = ("error", "message", "detail")  # in which an error may be wrapped, also as JSON in a string
NAMED_BY = ("code", "type", "param")
NAME = re.compile(r"[A-Za-z0-9_][\w.\[\]-]{0,63}", re.ASCII)
DEEPEST = 5
UNNAMED = "unnamed"


def names_in(body: bytes) -> str:
    """The names in what a service sent in place of an answer."""
    try:
        return names_of(json.loads(body))
    except (ValueError, RecursionError):
        return "a page" if body.lstrip().startswith(b"<") else UNNAMED


def names_of(error: Any) -> str:
    """Code, type and parameter, such as `400 invalid_request_error`."""
    return " ".join(dict.fromkeys(_names(error))) or UNNAMED


def _names(error: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(error, list) and error:
        error = error[0]
    if isinstance(error, str):
        error = _in_string(error)
    if not isinstance(error, dict) or depth == DEEPEST:
        return
    yield from (str(error[key]) for key in NAMED_BY if NAME.fullmatch(str(error.get(key) or "")))
    for key in WHERE:
        yield from _names(error.get(key), depth + 1)


def _in_string(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
