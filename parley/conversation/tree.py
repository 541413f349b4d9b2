"""All that was said in a conversation: a tree of messages, of which one reads a branch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from parley.conversation.message import Message
from parley.conversation.settings import Settings

Prompt = tuple[dict[str, Any], ...]  # the messages that a model reads, as its service takes them


@dataclass(frozen=True)
class Heading:
    """A conversation as a list shows it."""

    id: str
    title: str
    at: datetime
    is_pinned: bool = False


@dataclass(frozen=True)
class Version:
    """Which of the messages that were said in one place this is, and those that were said just before and after it."""

    number: int
    count: int
    before: Message | None
    after: Message | None


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

    def message(self, message_id: str) -> Message | None:
        return self._by_id.get(message_id)

    def version(self, message: Message) -> Version:
        """Which of its versions a message is, the oldest being the first."""
        versions, place = self._children[message.parent], self._places[message.id]
        before = versions[place - 1] if place else None
        after = versions[place + 1] if place + 1 < len(versions) else None
        return Version(place + 1, len(versions), before, after)

    def end_through(self, message: Message) -> str | None:
        """The end of the newest branch that goes through a message; None where that is the newest of all."""
        end = self._ends[message.id]
        return None if end == self.newest else end

    def prompt(self, question: str, instructions: str = "") -> Prompt:
        """The branch that ends with a question, as a model reads it. What has no words is left out: it'd be refused.

        Where images go with the words they stand beside them as `images`, for whoever has the bytes of these.
        """
        said = [_as_asked(m) for m in self.branch(question) if m.text.strip() or m.images]
        return tuple([{"role": "system", "content": instructions}] * bool(instructions) + said)

    def beginning_with(self, message_id: str) -> "Conversation":
        """The same without what stands above a message."""
        said = (replace(m, parent=None) if m.id == message_id else m for m in self.messages)
        return replace(self, messages=tuple(said))

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

    @cached_property
    def _places(self) -> dict[str, int]:
        """For each message, how many other versions of it are older."""
        return {message.id: place for versions in self._children.values() for place, message in enumerate(versions)}

    @cached_property
    def _ends(self) -> dict[str, str]:
        return ends_of((message.id, message.parent) for message in reversed(self.messages))


def ends_of(newest_first: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """For each message, given with the one it follows, the newest of those that follow it; itself where none does."""
    parents = dict(newest_first)
    ends: dict[str, str] = {}
    for newest in parents:
        message: str | None = newest
        while message and message not in ends:
            ends[message] = newest
            message = parents.get(message)
    return ends


def _as_asked(message: Message) -> dict[str, Any]:
    asked = {"role": message.role, "content": message.text}
    return asked | {"images": message.images} if message.images else asked
