"""From the bytes of a streamed answer to its events, whatever dialect the server speaks."""

from typing import Any

import orjson

from parley.inference import refusals
from parley.inference.errors import Empty, InferenceError, Interrupted
from parley.inference.events import Answering, Event, Finished, Reasoning, Text, Usage
from parley.inference.inline import InlineThoughts
from parley.inference.naming import names_of
from parley.inference.shapes import count_in, lenient_json, reason_to_stop, reasoning_in, text_in
from parley.inference.sse import MessageReader

DONE = "[DONE]"
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
        self._thoughts = InlineThoughts()
        self._model = ""
        self._usage: Usage | None = None
        self.has_spoken = False
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
        events += self._thoughts.end()
        return events

    def verdict(self) -> InferenceError | None:
        """Why the answer is not whole, to be asked after the end."""
        if self._error or not self.is_finished:
            return self._error or self._broken_off()
        if not self.has_spoken:
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
            self._take_named(name, chunk, events)

    def _take_named(self, name: bytes, chunk: Any, events: list[Event]) -> None:
        """Read a chunk under the name of its event. Few servers give names, and two of them mean something."""
        if name == b"error" and isinstance(chunk, dict):
            self._fail(chunk)
        else:
            self._take_chunk(chunk, events)
            self._is_done = self._is_done or name == b"done"

    def _take_odd(self, content: bytes, events: list[Event]) -> None:
        """Read what is no strict JSON: the end mark, several chunks in one event, a word around a broken character."""
        if content.strip() == DONE.encode():
            self._is_done = True
        elif b"\n" in content:
            for line in content.split(b"\n"):
                self._take(b"", line, events)
        elif chunk := lenient_json(content):
            self._take_chunk(chunk, events)

    def _take_document(self, document: bytes, events: list[Event]) -> None:
        """Read a whole completion, or an error, that came where a stream was asked for."""
        completion = lenient_json(document)
        if isinstance(completion, dict) and completion.get("choices"):
            self._take_chunk(completion, events)
            self._is_done = True
        elif isinstance(completion, dict):
            self._fail(completion)
        elif document:
            self._error = refusals.garbled(document)

    def _take_chunk(self, chunk: Any, events: list[Event]) -> None:
        if not isinstance(chunk, dict):
            self._is_done = chunk == DONE
        elif chunk.get("error"):
            self._fail(chunk)
        else:
            self._take_fields(chunk, events)

    def _take_fields(self, chunk: dict[str, Any], events: list[Event]) -> None:
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
            delta = choice["delta"] if "delta" in choice else choice.get("message")
            if delta:
                self._take_delta(delta, events)
            if reason := choice.get("finish_reason"):
                self._finish(str(reason), events)
        except (AttributeError, KeyError, TypeError):
            return

    def _take_delta(self, delta: dict[str, Any], events: list[Event]) -> None:
        if thought := reasoning_in(delta):
            self.has_spoken = True
            events.append(Reasoning(thought))
        if text := text_in(delta.get("content")):
            self.has_spoken = True
            events += [Text(text)] if self._thoughts.are_over else self._thoughts.feed(text)
        if delta.get("tool_calls"):
            self.has_spoken = True

    def _finish(self, reason: str, events: list[Event]) -> None:
        if not self._reason:
            self._reason = reason_to_stop(reason)
            events.append(Finished(self._reason))

    def _take_usage(self, usage: Any, events: list[Event]) -> None:
        """Zeros are what some servers say before they know; they never replace what is known."""
        if not isinstance(usage, dict):
            return
        told = Usage(count_in(usage, "prompt_tokens"), count_in(usage, "completion_tokens"))
        if (told.prompt or told.completion) and told != self._usage:
            self._usage = told
            events.append(told)

    def _fail(self, chunk: dict[str, Any]) -> None:
        """An error in the place of an answer is a refusal; in the middle of one it is an interruption."""
        if self.has_spoken:
            message = refusals.message_of(chunk)
            advice = f"The answer broke off. The model's service said: {message}"
            self._error = Interrupted(message, advice=advice, cause=names_of(chunk))
        else:
            self._error = refusals.refusal_in(chunk)
