"""How far back a model looked, in a conversation that is longer than it can read."""

from collections.abc import Sequence

from parley.conversation.message import Message


def first_still_read(branch: Sequence[Message]) -> str | None:
    """The message of a branch above which nothing was sent when it was last asked; None where everything was."""
    asked = next((message.asked for message in reversed(branch) if message.asked), None)
    return asked.first if asked and asked.left_out else None
