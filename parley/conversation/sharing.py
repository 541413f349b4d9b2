"""What others may read of a conversation: a branch of it as it was at one moment, and no more than is on the page.

Left out is what its visitor did not show: what the models thought, the instructions, other branches, the words of
failures. So are all ids, by which a reader could ask for more, or know two snapshots to be of one conversation. But
for those of images: they are kept here to find the bytes, and a reader asks for an image by its number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from parley.conversation.image import Image
from parley.conversation.message import Message, State
from parley.conversation.tree import Conversation


@dataclass(frozen=True)
class SharedMessage:
    """One thing said, as a reader may know it."""

    role: str
    text: str
    at: datetime
    state: State
    model: str | None = None
    images: tuple[Image, ...] = ()

    @property
    def is_answer(self) -> bool:
        return self.role == "assistant"


@dataclass(frozen=True)
class Snapshot:
    """A branch of a conversation that changes no more."""

    title: str
    messages: tuple[SharedMessage, ...]

    @property
    def images(self) -> list[Image]:
        """All of them, in the order of the page."""
        return [image for message in self.messages for image in message.images]


def snapshot_of(conversation: Conversation, leaf: str | None = None) -> Snapshot:
    """The branch down to a message. An answer that is still being written isn't in it, nor is its question.

    The words so far would stand there for ever, cut where nobody chose to; a question alone would ask for nothing.
    """
    said = list(takewhile(lambda message: not message.is_running, conversation.branch(leaf)))
    if said and not said[-1].is_answer:
        said.pop()
    return Snapshot(conversation.title, tuple(_shared(said)))


def _shared(said: Iterable[Message]) -> Iterable[SharedMessage]:
    for message in said:
        yield SharedMessage(message.role, message.text, message.at, message.state, message.model, message.images)
