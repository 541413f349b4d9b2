"""One thing said, and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import ceil

from parley.conversation.asked import Asked
from parley.conversation.image import Image
from parley.conversation.timings import Timings
from parley.conversation.words import thought_for

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
    thought_seconds: float | None = None
    error: str | None = None
    notice: str | None = None
    retry_at: datetime | None = None
    attempt: int = 0
    images: tuple[Image, ...] = ()
    asked: Asked | None = None
    timings: Timings | None = None

    def says(self, text: str, images: Sequence[Image]) -> bool:
        """Whether it's these words with these images, whatever the images are called."""
        return self.text == text and [one.id for one in self.images] == [one.id for one in images]

    @property
    def is_answer(self) -> bool:
        return self.role == "assistant"

    @property
    def is_running(self) -> bool:
        return self.state is State.RUNNING

    @property
    def thought(self) -> str | None:
        """For how long it thought, in words, once it speaks or has ended."""
        is_thinking = self.is_running and not self.text
        return None if is_thinking or self.thought_seconds is None else thought_for(self.thought_seconds)

    @property
    def can_go_on(self) -> bool:
        """Whether there is more to be had, something to go on from, and room for it."""
        has_room = len(self.text) + len(self.reasoning) < LONGEST_ANSWER
        return self.state in ENDED_TOO_SOON and has_room and bool(self.text.strip())

    @property
    def can_be_asked_again(self) -> bool:
        """Whether it is not the answer that was asked for: it failed or broke off, or has no words."""
        return self.state in WORTH_ASKING_AGAIN or not (self.is_running or self.text.strip())

    @property
    def retry_after(self) -> int | None:
        """In how many seconds it makes sense to ask again, where the model's service said so and that isn't over."""
        seconds = (self.retry_at - datetime.now(UTC)).total_seconds() if self.retry_at else 0
        return ceil(seconds) if seconds > 0 else None
