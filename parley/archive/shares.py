"""Snapshots of conversations, which anybody may read who knows the address."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, and_, delete, insert, select

from parley.archive.owned import NotFound, belongs_to, is_there
from parley.archive.rows import utc
from parley.conversation import Image, SharedMessage, Snapshot, State
from parley.database import Database
from parley.tables import conversations, images, shares

TOKEN_BYTES = 32  # 43 characters; nobody guesses one in the lifetime of anything

_headings = select(shares.c.id, shares.c.conversation_id, shares.c.title, shares.c.created_at)


@dataclass(frozen=True)
class Share:
    """A link that was made: to which conversation, when, and what this was called then."""

    token: str
    conversation: str
    title: str
    at: datetime


class Shares:
    """What of a visitor's conversations others may read. All but `read` and `image` is for the visitor who shares."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, conversation: str, visitor: str, snapshot: Snapshot) -> str:
        """Keep a snapshot, and return the token of it. The same snapshot once more is the one that is there."""
        kept = orjson.dumps(asdict(snapshot)).decode()
        with self._database.writing() as connection:
            _lock(connection, conversation, visitor)
            asked = select(shares.c.id).where(shares.c.conversation_id == conversation, shares.c.snapshot == kept)
            token: str | None = connection.execute(asked).scalar()
            if token is None:
                token = token_urlsafe(TOKEN_BYTES)
                connection.execute(insert(shares).values(_row(token, conversation, visitor, snapshot.title, kept)))
        return token

    def read(self, token: str) -> tuple[Share, Snapshot]:
        """What a token leads to. Raises NotFound."""
        asked = _with_conversation(select(shares)).where(shares.c.id == token)
        with self._database.reading() as connection:
            row = connection.execute(asked).one_or_none()
        if row is None:
            raise NotFound(token)
        return _share(row), _snapshot(row.snapshot)

    def image(self, token: str, number: int) -> tuple[str, bytes]:
        """The media type and the bytes of an image in a snapshot; the first is 1. Raises NotFound."""
        share, snapshot = self.read(token)
        wanted = [image.id for image in snapshot.images][number - 1 : number]
        shown = and_(images.c.id.in_(wanted), images.c.conversation_id == share.conversation)
        with self._database.reading() as connection:
            row = connection.execute(select(images.c.media_type, images.c.bytes).where(shown)).one_or_none()
        if row is None:
            raise NotFound(token)
        return row.media_type, row.bytes

    def of_visitor(self, visitor: str) -> list[Share]:
        """All links that a visitor has made and not revoked, the latest first."""
        return self._listed(_headings.where(shares.c.visitor == visitor))

    def of_conversation(self, conversation: str, visitor: str) -> list[Share]:
        """Those to one conversation."""
        mine = and_(shares.c.visitor == visitor, shares.c.conversation_id == conversation)
        return self._listed(_headings.where(mine))

    def revoke(self, token: str, visitor: str) -> None:
        """Take a link back: from now on it leads nowhere. Raises NotFound for a stranger's."""
        mine = and_(shares.c.id == token, shares.c.visitor == visitor)
        with self._database.writing() as connection:
            if not connection.execute(delete(shares).where(mine)).rowcount:
                raise NotFound(token)

    def _listed(self, asked: Select[Any]) -> list[Share]:
        latest_first = _with_conversation(asked).order_by(shares.c.created_at.desc(), shares.c.id)
        with self._database.reading() as connection:
            return list(map(_share, connection.execute(latest_first)))


def _lock(connection: Connection, conversation: str, visitor: str) -> None:
    """Let nobody delete or share this conversation until the transaction ends."""
    own = and_(conversations.c.id == conversation, belongs_to(visitor))
    if connection.execute(select(conversations.c.id).where(own).with_for_update()).one_or_none() is None:
        raise NotFound(conversation)


def _with_conversation(asked: Select[Any]) -> Select[Any]:
    """Only where the conversation is there: one that is deleted shows nothing, though it might be brought back."""
    return asked.join(conversations, conversations.c.id == shares.c.conversation_id).where(is_there)


def _row(token: str, conversation: str, visitor: str, title: str, snapshot: str) -> dict[str, Any]:
    return {
        "id": token,
        "visitor": visitor,
        "conversation_id": conversation,
        "title": title,
        "snapshot": snapshot,
        "created_at": datetime.now(UTC),
    }


def _share(row: Row[Any]) -> Share:
    return Share(row.id, row.conversation_id, row.title, utc(row.created_at))


def _snapshot(kept: str) -> Snapshot:
    fields = orjson.loads(kept)
    return Snapshot(fields["title"], tuple(map(_message, fields["messages"])))


def _message(fields: dict[str, Any]) -> SharedMessage:
    at, state = datetime.fromisoformat(fields.pop("at")), State(fields.pop("state"))
    sent = tuple(Image(**image) for image in fields.pop("images", ()))
    return SharedMessage(**fields, at=at, state=state, images=sent)
