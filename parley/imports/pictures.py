"""The images in a file. Each is read again, as if it had just been sent: it may be anything by now."""

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from uuid import uuid4

from parley import images
from parley.conversation import ALT_LIMIT, MOST_IMAGES, Image, Message
from parley.imports.fields import Fields, Unreadable

MOST_IN_A_FILE = 40  # each takes a quarter of a second to read
MOST_BYTES = 24 * 1024 * 1024  # of all of them together, once they are read: they are kept at once
SECONDS = 20  # for all of them; routers give a request up after 30

TOO_MANY = f"There are more than {MOST_IN_A_FILE} images in this file."
TOO_HEAVY = f"The images in this file are larger than {MOST_BYTES // 1024**2} MB together."
TOO_SLOW = "It took too long to read the images in this file. Try again later."

Contents = dict[str, bytes]  # of images, by their ids


def with_images(messages: Sequence[Message], found: Sequence[object]) -> tuple[tuple[Message, ...], Contents]:
    """The messages that were found in a file with the images that go with them, and the bytes of these.

    No image is read before all of them are counted. Raises Unreadable.
    """
    sent = list(map(_sent_with, messages, found, count(1)))
    if sum(map(len, sent)) > MOST_IN_A_FILE:
        raise Unreadable(TOO_MANY)
    pictures = _Pictures()
    illustrated = tuple(map(pictures.added, messages, sent))
    return illustrated, pictures.contents


def _sent_with(message: Message, value: object, number: int) -> list[Fields]:
    """The images of a message, as they stand in the file."""
    name = f"Message {number} in this file"
    sent = Fields(value, name).get("images") or []
    if not isinstance(sent, list):
        raise Unreadable(f"{name} has images that can't be read.")
    if message.is_answer and sent:
        raise Unreadable(f"{name} is an answer, and has images.")
    if len(sent) > MOST_IMAGES:
        raise Unreadable(f"{name} has more than {MOST_IMAGES} images.")
    return [Fields(one, f"Image {position} of message {number} in this file") for position, one in enumerate(sent, 1)]


class _Pictures:
    """Reads one after the other, as long as there are not too many bytes and it has not taken too long."""

    def __init__(self) -> None:
        self.contents: Contents = {}
        self._deadline = time.monotonic() + SECONDS

    def added(self, message: Message, sent: Sequence[Fields]) -> Message:
        return replace(message, images=tuple(map(self._read, sent))) if sent else message

    def _read(self, fields: Fields) -> Image:
        try:
            picture = images.read(fields.content("data"))
        except images.Refused as refusal:
            raise fields.damaged() from refusal
        image = Image(str(uuid4()), picture.media_type, picture.width, picture.height, _alt(fields))
        self.contents[image.id] = picture.content
        self._require_limits()
        return image

    def _require_limits(self) -> None:
        if sum(map(len, self.contents.values())) > MOST_BYTES:
            raise Unreadable(TOO_HEAVY)
        if time.monotonic() > self._deadline:
            raise Unreadable(TOO_SLOW)


def _alt(fields: Fields) -> str:
    return " ".join((fields.text_or_none("alt", ALT_LIMIT) or "").split())
