"""From the bytes of a streamed answer to its events, whatever dialect the server speaks."""

import json
from typing import Any

import orjson

from parley.inference import refusals
from parley.inference.errors import Empty, Garbled, InferenceError, Interrupted
from parley.inference.events import Answering, Event, Finished, Reasoning, Text, Usage
from parley.inference.sse import MessageReader

DONE = (b"[DONE]", b'"[DONE]"')
REASONS = {
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
EMPTY_BECAUSE = {
    "content_filter": "The model's service withheld the answer. Put the question another way.",
    "length": "The model returned nothing within the length it was given. Allow a longer answer, then retry.",
}


class Decoder:
    """Fed with pieces of a body, gives events; at the end it knows whether the answer was whole.

    The common case, a chunk with a word in it, costs one parse and a few look-ups. Everything else is tolerated: what
    cannot be understood is skipped, for the rest of the answer is worth more than the rule.
    """

    def __init__(self) -> None:
        self._messages = MessageReader()
        self._model = ""
        self._usage: Usage | None = None
        self._has_spoken = False
        self._reason = ""
        self._is_done = False
        self._error: InferenceError | None = None

    @property
    def is_over(self) -> bool:
        """Nothing that still comes belongs to the answer."""
        return self._is_done or self._error is not None

    @property
    def is_finished(self) -> bool:
        """The answer is whole, though its length may still be told."""
        return self._is_done or bool(self._reason)

    def feed(self, piece: bytes) -> list[Event]:
        """The events that this piece completes."""
        events: list[Event] = []
        for name, content in self._messages.feed(piece):
            self._take(name, content, events)
        return events

    def end(self) -> list[Event]:
        """The events that come to light when the body is at its end."""
        events: list[Event] = []
        for name, content in self._messages.end():
            self._take(name, content, events)
        if not self._messages.has_begun:
            self._take_document(bytes(self._messages.stray).strip(), events)
        return events

    def verdict(self) -> InferenceError | None:
        """Why the answer is not whole, to be asked after the end."""
        if self._error or not self.is_finished:
            return self._error or self._broken_off()
        if not self._has_spoken:
            return Empty(f"finish_reason {self._reason!r}", advice=EMPTY_BECAUSE.get(self._reason))
        return None

    def _broken_off(self) -> InferenceError:
        if self._messages.has_begun:
            return Interrupted("the stream ended without a finish_reason or [DONE]")
        return Empty("the body was empty")

    def _take(self, name: bytes, content: bytes, events: list[Event]) -> None:
        if self.is_over:
            return
        try:
            chunk = orjson.loads(content)
        except orjson.JSONDecodeError:
            self._take_odd(content, events)
        else:
            self._take_chunk(chunk, events, is_error=name == b"error")

    def _take_odd(self, content: bytes, events: list[Event]) -> None:
        """Read what is no strict JSON: the end mark, several chunks in one event, a word around a broken character."""
        if content.strip() in DONE:
            self._is_done = True
        elif b"\n" in content:
            for line in content.split(b"\n"):
                self._take(b"", line, events)
        elif chunk := _lenient(content):
            self._take_chunk(chunk, events)

    def _take_document(self, document: bytes, events: list[Event]) -> None:
        """Read a whole completion, or an error, that came where a stream was asked for."""
        chunk = _lenient(document)
        if isinstance(chunk, dict):
            self._take_chunk(chunk, events)
            self._is_done = True
        elif document:
            self._error = Garbled(refusals.words_of(document))

    def _take_chunk(self, chunk: Any, events: list[Event], is_error: bool = False) -> None:
        if chunk == "[DONE]":
            self._is_done = True
        if not isinstance(chunk, dict):
            return
        if is_error or chunk.get("error"):
            self._fail(chunk)
            return

        if not self._model and isinstance(chunk.get("model"), str) and chunk["model"]:
            self._model = chunk["model"]
            events.append(Answering(self._model))
        if choices := chunk.get("choices"):
            self._take_choice(choices, events)
        if usage := chunk.get("usage"):
            self._take_usage(usage, events)

    def _take_choice(self, choices: Any, events: list[Event]) -> None:
        """Read the first choice; we never ask for a second. A whole message is read as one long delta."""
        try:
            choice = choices[0]
            delta = choice.get("delta") or choice.get("message")
            if delta:
                self._take_delta(delta, events)
            if reason := choice.get("finish_reason"):
                self._finish(str(reason), events)
        except (AttributeError, KeyError, TypeError):
            return

    def _take_delta(self, delta: dict[str, Any], events: list[Event]) -> None:
        if thought := _thought(delta):
            self._has_spoken = True
            events.append(Reasoning(_storable(thought)))
        if text := _text(delta.get("content")):
            self._has_spoken = True
            events.append(Text(_storable(text)))
        if delta.get("tool_calls"):
            self._has_spoken = True

    def _finish(self, reason: str, events: list[Event]) -> None:
        if not self._reason:
            self._reason = REASONS.get(reason.lower(), "stop")
            events.append(Finished(self._reason))

    def _take_usage(self, usage: Any, events: list[Event]) -> None:
        """Zeros are what some servers say before they know; they never replace what is known."""
        if not isinstance(usage, dict):
            return
        told = Usage(_count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")))
        if (told.prompt or told.completion) and told != self._usage:
            self._usage = told
            events.append(told)

    def _fail(self, chunk: dict[str, Any]) -> None:
        """An error in the place of an answer is a refusal; in the middle of one it is an interruption."""
        if self._has_spoken:
            message = refusals.message_of(chunk)
            self._error = Interrupted(message, advice=f"The answer broke off. The model's service said: {message}")
        else:
            self._error = refusals.refusal_in(chunk)


def _lenient(content: bytes) -> Any:
    """What orjson is too strict for: broken UTF-8 and lone surrogates. None where it is no JSON at all."""
    try:
        return json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _thought(delta: dict[str, Any]) -> str:
    """Reasoning, under the first of its names that holds any."""
    thought = delta.get("reasoning_content") or delta.get("reasoning")
    if isinstance(thought, dict):
        thought = thought.get("thinking") or thought.get("text")
    return thought if isinstance(thought, str) else ""


def _text(content: Any) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return "".join(_text_of_part(part) for part in content if part)


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


def _count(number: Any) -> int:
    return number if isinstance(number, int) else 0
