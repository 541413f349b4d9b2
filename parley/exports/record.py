"""A conversation as JSON (docs/http.md), with all that it takes to have it back: `parley.imports` reads it again."""

from typing import Any

import orjson

from parley.conversation import Conversation, Message

FORMAT = "parley-conversation"
VERSION = 1

# Of use only where the message is kept. Pictures are not in the file yet: their bytes would have to be.
_left_out = ("attempt", "images", "asked", "timings")


def as_json(conversation: Conversation) -> bytes:
    """Every message of every branch; `parent` says what each one followed. The operator's instructions aren't in it."""
    fields = {
        "format": FORMAT,
        "version": VERSION,
        "id": conversation.id,
        "title": conversation.title,
        "settings": conversation.settings,
        "messages": list(map(_fields, conversation.messages)),
    }
    return orjson.dumps(fields, option=orjson.OPT_INDENT_2)


def _fields(message: Message) -> dict[str, Any]:
    """All that is known of a message, but for what makes no sense elsewhere."""
    return {name: value for name, value in vars(message).items() if name not in _left_out}
