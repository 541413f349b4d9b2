"""Images: a visitor's own from when they are kept, a question's once it is sent with them; else gone after a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, literal, select, update

from parley.archive.owned import NotFound, is_there
from parley.conversation import ALT_LIMIT, Image, Message, clean
from parley.database import Database
from parley.tables import conversations, images

UNSENT = timedelta(days=1)  # how long an image waits for the message that it was meant for

_shown: tuple[ColumnElement[Any], ...] = (
    images.c.id,
    images.c.message_id,
    images.c.media_type,
    images.c.width,
    images.c.height,
    images.c.alt,
)


class Images:
    """Each method opens a short transaction of its own. Nothing but `find` and `bytes_of` reads the bytes."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def keep(self, visitor: str, media_type: str, width: int, height: int, content: bytes) -> Image:
        """Keep an image for a message that is still being written. Those that never found theirs go meanwhile."""
        image = Image(str(uuid4()), media_type, width, height)
        now = datetime.now(UTC)
        row = {"id": image.id, "visitor": visitor, "media_type": media_type, "width": width, "height": height}
        with self.database.writing() as connection:
            _remove_left_over(connection)
            connection.execute(insert(images).values({**row, "bytes": content, "created_at": now}))
        return image

    def remove_left_over(self) -> int:
        """Remove those that never found their message. Returns how many that were."""
        with self.database.writing() as connection:
            return _remove_left_over(connection)

    def find(self, image: str, visitor: str) -> tuple[str, bytes]:
        """The media type and the bytes of an image. Raises NotFound."""
        its_own = images.outerjoin(conversations, conversations.c.id == images.c.conversation_id)
        shown = and_(_own([image], visitor), is_there)
        asked = select(images.c.media_type, images.c.bytes).select_from(its_own).where(shown)
        with self.database.reading() as connection:
            row = connection.execute(asked).one_or_none()
        if row is None:
            raise NotFound(image)
        return row.media_type, row.bytes

    def of_visitor(self, wanted: Sequence[str], visitor: str) -> list[Image]:
        """Those of these images that are the visitor's, in the order in which they were asked for."""
        with self.database.reading() as connection:
            found = {row.id: _image(row) for row in connection.execute(select(*_shown).where(_own(wanted, visitor)))}
        return [found[image] for image in wanted if image in found]

    def bytes_of(self, conversation: str, visitor: str, only: Iterable[str] | None = None) -> dict[str, bytes]:
        """The bytes of a conversation's images by their ids: of all, or of some."""
        wanted = and_(images.c.conversation_id == conversation, images.c.visitor == visitor)
        if only is not None:
            wanted = and_(wanted, images.c.id.in_(list(only)))
        with self.database.reading() as connection:
            rows = connection.execute(select(images.c.id, images.c.bytes).where(wanted))
            return {row.id: row.bytes for row in rows}


def attach(connection: Connection, question: dict[str, Any], visitor: str, sent: Sequence[Image]) -> None:
    """Give images to a question, in the transaction that keeps it. Raises NotFound for what isn't the visitor's.

    One that another question has already, because this one is another version of it, is copied.
    """
    for position, image in enumerate(sent):
        place = {
            "conversation_id": question["conversation_id"],
            "message_id": question["id"],
            "position": position,
            "alt": clean(image.alt)[:ALT_LIMIT],
        }
        is_free = and_(_own([image.id], visitor), images.c.message_id.is_(None))
        if connection.execute(update(images).where(is_free).values(place)).rowcount == 0:
            _copy(connection, image.id, visitor, place)


def add(connection: Connection, question: Message, visitor: str, contents: Mapping[str, bytes]) -> None:
    """Keep the images of a question that comes from elsewhere, in the transaction that keeps it."""
    place = {"visitor": visitor, "conversation_id": question.conversation, "message_id": question.id}
    for position, image in enumerate(question.images):
        row = {**asdict(image), **place, "position": position, "bytes": contents[image.id]}
        connection.execute(insert(images).values(row | {"created_at": datetime.now(UTC)}))


def illustrated(connection: Connection, conversation: str, said: Iterable[Message]) -> tuple[Message, ...]:
    """Messages with the images that go with them, without the bytes of these."""
    of_message: dict[str, list[Image]] = {}
    asked = select(*_shown).where(images.c.conversation_id == conversation).order_by(images.c.position)
    for row in connection.execute(asked):
        of_message.setdefault(row.message_id, []).append(_image(row))
    return tuple(replace(m, images=tuple(of_message[m.id])) if m.id in of_message else m for m in said)


def _remove_left_over(connection: Connection) -> int:
    left_over = and_(images.c.message_id.is_(None), images.c.created_at < datetime.now(UTC) - UNSENT)
    return connection.execute(delete(images).where(left_over)).rowcount


def _copy(connection: Connection, image: str, visitor: str, place: dict[str, Any]) -> None:
    """Its bytes stay in the database on the way."""
    changed = {"id": str(uuid4()), "created_at": datetime.now(UTC), **place}
    taken = [literal(changed[c.name], c.type).label(c.name) if c.name in changed else c for c in images.c]
    copying = insert(images).from_select([c.name for c in images.c], select(*taken).where(_own([image], visitor)))
    if connection.execute(copying).rowcount == 0:
        raise NotFound(image)


def _own(wanted: Sequence[str], visitor: str) -> ColumnElement[bool]:
    return and_(images.c.id.in_(wanted), images.c.visitor == visitor)


def _image(row: Row[Any]) -> Image:
    return Image(row.id, row.media_type, row.width, row.height, row.alt)
