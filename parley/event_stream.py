"""The wire format in which a browser hears of an answer: server-sent events, each one line of JSON (docs/stream.md)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from parley.conversation import Message, State
from parley.markdown import Append, Block

MIMETYPE = "text/event-stream"

# For whatever is written while an answer comes: routers and browsers have to pass it on at once, and keep none of it.
NEVER_BUFFERED = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}


@dataclass(frozen=True)
class Start:
    """An answer has begun. `html` holds the question and the empty answer, as the page would show them."""

    conversation: str
    question: str
    answer: str
    url: str
    title: str
    html: str


@dataclass(frozen=True)
class Reasoning:
    """More of what the model thinks before it speaks. Once it does, `summary` says for how long it thought."""

    text: str
    summary: str | None = None


@dataclass(frozen=True)
class Notice:
    """Something the visitor should know about an answer, though it goes on."""

    message: str


@dataclass(frozen=True)
class End:
    """An answer has ended. `html` is what the page shows beneath it; `ended` is what that is made of."""

    state: State
    html: str | None = None
    usage: dict[str, int] | None = None
    model: str | None = None
    seconds: float | None = None
    error: str | None = None
    retry_after: int | None = None
    ended: Message | None = None


@dataclass(frozen=True)
class Heartbeat:
    """Nothing new. It keeps the routers between us and the browser from hanging up."""


Event = Start | Reasoning | Block | Append | Notice | End | Heartbeat

UNSENT = "ended"

_names = {Start: "start", Reasoning: "reasoning", Block: "block", Append: "append", Notice: "notice", End: "end"}


def encode(event: Event) -> bytes:
    """An event as it travels. Fields without a value are left out, and what is of use in this process only."""
    if isinstance(event, Heartbeat):
        return b": \n\n"
    fields = {name: value for name, value in vars(event).items() if value is not None and name != UNSENT}
    return b"event: %s\ndata: %s\n\n" % (_names[type(event)].encode(), orjson.dumps(fields))


def decode(pieces: Iterable[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and fields of each event in a stream of ours, however its bytes were cut; heartbeats are passed over."""
    rest = b""
    for piece in pieces:
        *frames, rest = (rest + piece).split(b"\n\n")
        for frame in frames:
            if not frame.startswith(b":"):
                name, data = frame.split(b"\n", 1)
                yield name.removeprefix(b"event: ").decode(), orjson.loads(data.removeprefix(b"data: "))
