"""All that was said in a conversation: a tree of messages, of which one reads a branch."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from parley.conversation.message import Message
from parley.conversation.settings import Settings


@dataclass(frozen=True)
class Heading:
    """A conversation as a list shows it."""

    id: str
    title: str
    at: datetime
    is_pinned: bool = False


@dataclass(frozen=True)
class Conversation:
    """All that was said in one conversation, oldest message first."""

    id: str
    visitor: str
    title: str
    messages: tuple[Message, ...] = ()
    settings: Settings = field(default_factory=Settings)
    is_pinned: bool = False

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

    def prompt(self, question: str, instructions: str = "") -> tuple[dict[str, Any], ...]:
        """The branch that ends with a question, as a model reads it. What has no words is left out: it'd be refused.

        Where images go with the words they stand beside them as `images`, for whoever has the bytes of these.
        """
        said = [_as_asked(m) for m in self.branch(question) if m.text.strip() or m.images]
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


def _as_asked(message: Message) -> dict[str, Any]:
    asked = {"role": message.role, "content": message.text}
    return asked | {"images": message.images} if message.images else asked
