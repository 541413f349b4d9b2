"""What an answer is made of, as it comes: a closed set of values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A piece of what the model thinks before it answers."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """How long question and answer are, in tokens. It may be said more than once; the last one holds."""

    prompt: int
    completion: int


@dataclass(frozen=True, slots=True)
class Answering:
    """Which model answers, by its own account. Said once."""

    model: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Why the model stopped: "stop", "length", "content_filter" or "tool_calls". Said at most once."""

    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the visitor should know about how the question was put."""

    message: str


Event = Text | Reasoning | Usage | Answering | Finished | Notice
