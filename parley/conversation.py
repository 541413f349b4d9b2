"""What was said, by whom, in answer to what. A conversation is a tree of messages; one reads a branch of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from math import ceil

TITLE_LENGTH = 80
LONGEST_ANSWER = 1_000_000  # characters, thoughts included; a model that never ends would fill the memory


class State(StrEnum):
    """How far an answer has come, or how it ended. The words are those of the `end` event."""

    RUNNING = "running"
    COMPLETE = "complete"
    STOPPED = "stopped"
    LENGTH = "length"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


ENDED_TOO_SOON = (State.INTERRUPTED, State.LENGTH, State.STOPPED)
WORTH_ASKING_AGAIN = (State.FAILED, State.INTERRUPTED, State.STOPPED)


@dataclass(frozen=True)
class Usage:
    """What an answer cost, in the model's own tokens."""

    prompt: int
    completion: int

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.prompt + other.prompt, self.completion + other.completion)


@dataclass(frozen=True)
class Message:
    """One thing said: a question of the visitor's (role "user") or an answer of the model's (role "assistant").

    An answer may be begun again, or gone on with, in its place: `attempt` counts how often. Before `retry_at` it makes
    no sense to ask for it again.
    """

    id: str
    conversation: str
    parent: str | None
    role: str
    text: str
    at: datetime
    state: State = State.COMPLETE
    reasoning: str = ""
    model: str | None = None
    usage: Usage | None = None
    seconds: float | None = None
    error: str | None = None
    notice: str | None = None
    retry_at: datetime | None = None
    attempt: int = 0

    @property
    def is_answer(self) -> bool:
        return self.role == "assistant"

    @property
    def is_running(self) -> bool:
        return self.state is State.RUNNING

    @property
    def can_go_on(self) -> bool:
        """Whether there is more to be had, something to go on from, and room for it."""
        has_room = len(self.text) + len(self.reasoning) < LONGEST_ANSWER
        return self.state in ENDED_TOO_SOON and has_room and bool(self.text.strip())

    @property
    def can_be_asked_again(self) -> bool:
        return self.state in WORTH_ASKING_AGAIN

    @property
    def retry_after(self) -> int | None:
        """In how many seconds it makes sense to ask again, where the model's service said so and that isn't over."""
        seconds = (self.retry_at - datetime.now(UTC)).total_seconds() if self.retry_at else 0
        return ceil(seconds) if seconds > 0 else None


@dataclass(frozen=True)
class Heading:
    """A conversation as a list shows it."""

    id: str
    title: str
    at: datetime


@dataclass(frozen=True)
class Conversation:
    """All that was said in one conversation, oldest message first."""

    id: str
    visitor: str
    title: str
    messages: tuple[Message, ...] = ()

    def branch(self, leaf: str | None = None) -> list[Message]:
        """The messages from the first one down to `leaf`, or to the newest one where no leaf is named."""
        messages = list(self._up_from(leaf or self.newest))
        messages.reverse()
        return messages

    @property
    def newest(self) -> str | None:
        return self.messages[-1].id if self.messages else None

    def has(self, message_id: str) -> bool:
        return message_id in self._by_id

    def versions(self, message: Message) -> list[Message]:
        """The message and what else was said in its place, oldest first."""
        return self._children[message.parent]

    def newest_below(self, message: Message) -> Message:
        """The end of the newest branch that goes through a message."""
        while message.id in self._children:
            message = self._children[message.id][-1]
        return message

    def prompt(self, question: str, instructions: str = "") -> tuple[dict[str, str], ...]:
        """The branch that ends with a question, as a model reads it. What has no words is left out: it'd be refused."""
        said = [{"role": m.role, "content": m.text} for m in self.branch(question) if m.text.strip()]
        return tuple([{"role": "system", "content": instructions}] * bool(instructions) + said)

    def _up_from(self, message_id: str | None) -> Iterator[Message]:
        while message_id is not None:
            message = self._by_id[message_id]
            yield message
            message_id = message.parent

    @cached_property
    def _by_id(self) -> dict[str, Message]:
        return {message.id: message for message in self.messages}

    @cached_property
    def _children(self) -> dict[str | None, list[Message]]:
        children: dict[str | None, list[Message]] = {}
        for message in self.messages:
            children.setdefault(message.parent, []).append(message)
        return children


def title_of(text: str) -> str:
    """A title from the first line of the first message; no model is asked for it."""
    line = " ".join(text.strip().split("\n", 1)[0].split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"


def clean(text: str) -> str:
    """The text as it can be kept: PostgreSQL refuses NUL, and UTF-8 has no lone surrogates."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
