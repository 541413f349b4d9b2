"""Which branch of a conversation a page shows, and which message on it has a form open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import request

from parley.archive import NotFound
from parley.conversation import Conversation, Message


@dataclass(frozen=True)
class Branch:
    """The messages of a branch. `at` is the one that it was asked to end with; None means the newest branch.

    `edit` is the question that is being put in other words, `again` the answer that another model is being picked for.
    """

    messages: Sequence[Message] = ()
    at: str | None = None
    edit: Message | None = None
    again: Message | None = None


def as_asked(conversation: Conversation) -> Branch:
    """The branch that the address asks for. Raises NotFound where it names what is not there."""
    at, edit, again = (_named(name, conversation) for name in ("at", "edit", "again"))
    if (edit and edit.is_answer) or (again and not again.is_answer):
        raise NotFound("there is no such form")
    opened = edit or again
    if not opened:
        return down_to(at, conversation)
    return replace(_around(opened, at, conversation), edit=edit, again=again)


def down_to(message: Message | None, conversation: Conversation) -> Branch:
    """The branch that ends with a message, or the newest."""
    at = message.id if message else None
    return Branch(conversation.branch(at), at)


def through(message: Message, conversation: Conversation) -> Branch:
    """The newest branch that a message is on."""
    at = conversation.end_through(message)
    return Branch(conversation.branch(at), at)


def _around(opened: Message, at: Message | None, conversation: Conversation) -> Branch:
    """A branch with the message whose form is open: the one that the page showed, as far as it has got since."""
    branch = through(at, conversation) if at else down_to(None, conversation)
    return branch if opened in branch.messages else through(opened, conversation)


def leaf(conversation: Conversation) -> str | None:
    """The message with which the branch ends that is asked for, in the address or in a form; None for the newest."""
    at = _named("at", conversation)
    return at.id if at else None


def _named(name: str, conversation: Conversation) -> Message | None:
    """The message that the request names so, if it does."""
    asked = request.values.get(name)
    message = conversation.message(asked) if asked else None
    if asked and message is None:
        raise NotFound(asked)
    return message
