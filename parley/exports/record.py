"""A conversation as JSON (docs/http.md), with all that it takes to have it back: `parley.imports` reads it again."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from parley.conversation import Conversation, Image, Message

FORMAT = "parley-conversation"
VERSION = 1

_left_out = ("attempt", "asked", "timings")  # of use only where the message is kept


def as_json(conversation: Conversation, content_of: Callable[[Image], bytes]) -> Iterator[bytes]:
    """Every message of every branch; `parent` says what each one followed. The operator's instructions aren't in it.

    It comes message by message, each on a line: with their images all of them might be more than the memory holds.
    """
    yield _head(conversation)
    for number, message in enumerate(conversation.messages):
        images = [_image(image, content_of(image)) for image in message.images]
        yield (b",\n" if number else b"\n") + orjson.dumps(_fields(message) | {"images": images})
    yield b"\n  ]\n}\n"


def _head(conversation: Conversation) -> bytes:
    """All but the messages, and the beginning of these."""
    fields = {
        "format": FORMAT,
        "version": VERSION,
        "id": conversation.id,
        "title": conversation.title,
        "settings": conversation.settings,
    }
    return orjson.dumps(fields, option=orjson.OPT_INDENT_2).removesuffix(b"\n}") + b',\n  "messages": ['


def _fields(message: Message) -> dict[str, Any]:
    """All that is known of a message, but for what makes no sense elsewhere."""
    return {name: value for name, value in vars(message).items() if name not in _left_out}


def _image(image: Image, content: bytes) -> dict[str, Any]:
    """An image with its bytes, but without its id: where the file is read again, it gets another."""
    return {
        "media_type": image.media_type,
        "width": image.width,
        "height": image.height,
        "alt": image.alt,
        "data": b64encode(content).decode(),
    }
