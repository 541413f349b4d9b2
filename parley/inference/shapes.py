"""The shapes in which one and the same thing comes, depending on the server."""

import json
from typing import Any

MOST_TOKENS = 100_000_000  # no conversation is that long; a larger number is a mistake, and might not fit the database
REASONS_TO_STOP = {
    "length": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "content_filter": "content_filter",
    "safety": "content_filter",
    "refusal": "content_filter",
    "tool_calls": "tool_calls",
    "tool_use": "tool_calls",
    "function_call": "tool_calls",
}


def reason_to_stop(said: str) -> str:
    """One of four reasons. Whoever stops for one that we do not know has simply stopped."""
    return REASONS_TO_STOP.get(said.lower(), "stop")


def lenient_json(content: bytes) -> Any:
    """What orjson is too strict for: broken UTF-8 and lone surrogates. None where it is no JSON at all."""
    try:
        return json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def reasoning_in(delta: dict[str, Any]) -> str:
    """What the model thinks, under the first of its names that holds any: two of them may hold the same."""
    thought = delta.get("reasoning_content") or delta.get("reasoning")
    if isinstance(thought, dict):
        thought = thought.get("thinking") or thought.get("text")
    return _storable(thought) if isinstance(thought, str) else ""


def text_in(content: Any) -> str:
    """The text of a message, be it a string or a list of parts."""
    if isinstance(content, str):
        return _storable(content)
    return _storable("".join(map(_text_of_part, content))) if isinstance(content, list) else ""


def count_in(usage: dict[str, Any], name: str) -> int:
    """A number of tokens, or 0 where that is not what it is."""
    number = usage.get(name)
    if isinstance(number, bool) or not isinstance(number, int):
        return 0
    return number if 0 < number <= MOST_TOKENS else 0


def _text_of_part(part: Any) -> str:
    text = part.get("text") if isinstance(part, dict) else part
    return text if isinstance(text, str) else ""


def _storable(text: str) -> str:
    """Text that every database and every encoder takes: without NUL, without half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
