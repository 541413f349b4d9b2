"""What visitors delete. It is out of sight at once, can be had back for a minute, and is then removed for good."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, update

from parley.archive.owned import NotFound, belongs_to
from parley.archive.rows import utc
from parley.database import Database
from parley.tables import conversations, messages

REGRET = timedelta(minutes=1)  # for which a deletion can be undone
BATCH = 50  # conversations removed in one transaction: others want to write as well


@dataclass(frozen=True)
class Deleted:
    """What one press of a button has deleted: how many conversations, and what one of them was called."""

    conversation: str
    title: str
    count: int


class Deletions:
    """One deletion is known by any conversation in it: all that went with it carry the same time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def delete(self, conversation: str, visitor: str) -> None:
        """Delete a conversation. Raises NotFound."""
        if not self._mark(and_(conversations.c.id == conversation, belongs_to(visitor))):
            raise NotFound(conversation)

    def delete_all(self, visitor: str) -> str | None:
        """Delete everything of a visitor's. Returns one of the conversations, if there were any."""
        marked = self._mark(belongs_to(visitor))
        return marked[0] if marked else None

    def find(self, conversation: str, visitor: str) -> Deleted:
        """What was deleted together with a conversation. Raises NotFound, also once that can't be undone any more."""
        with self._database.reading() as connection:
            return _found(connection, conversation, visitor)

    def restore(self, conversation: str, visitor: str) -> Deleted:
        """Undo it. Raises NotFound."""
        with self._database.writing() as connection:
            found = _found(connection, conversation, visitor)
            connection.execute(
                update(conversations).where(_together_with(conversation, visitor)).values(deleted_at=None)
            )
        return found

    def next_removal(self) -> datetime | None:
        """When something is to be removed, of whichever visitor, or None where nothing is deleted."""
        with self._database.reading() as connection:
            first = connection.execute(
                select(func.min(conversations.c.deleted_at)).where(conversations.c.deleted_at.is_not(None))
            ).scalar_one()
        return utc(first) + REGRET if first else None

    def remove_some(self) -> int:
        """Remove what was deleted more than a minute ago, or some of that. Returns how many conversations that were."""
        due = select(conversations.c.id).where(conversations.c.deleted_at <= datetime.now(UTC) - REGRET)
        unless_others_do = due.limit(BATCH).with_for_update(skip_locked=True)
        with self._database.writing() as connection:
            gone = list(connection.execute(unless_others_do).scalars())
            remove(connection, gone)
        return len(gone)

    def _mark(self, which: ColumnElement[bool]) -> list[str]:
        mark = update(conversations).where(which).values(deleted_at=datetime.now(UTC)).returning(conversations.c.id)
        with self._database.writing() as connection:
            return list(connection.execute(mark).scalars())


def remove(connection: Connection, gone: list[str]) -> None:
    """Remove conversations with all that hangs on them.

    The messages go first, and each by itself: SQLite follows one message to the next no deeper than a thousand times.
    """
    theirs = messages.c.conversation_id.in_(gone)
    connection.execute(update(messages).where(theirs).values(parent_id=None))
    connection.execute(delete(messages).where(theirs))
    connection.execute(delete(conversations).where(conversations.c.id.in_(gone)))


def _found(connection: Connection, conversation: str, visitor: str) -> Deleted:
    together = _together_with(conversation, visitor)
    title = select(conversations.c.title).where(together, conversations.c.id == conversation)
    counted = select(func.count(), title.scalar_subquery()).where(together)
    count, title_of_one = connection.execute(counted).one()
    if not count:
        raise NotFound(conversation)
    return Deleted(conversation, title_of_one, count)


def _together_with(conversation: str, visitor: str) -> ColumnElement[bool]:
    """What a visitor deleted at the same time as a conversation, less than a minute ago."""
    others = conversations.alias()
    moment = select(others.c.deleted_at).where(others.c.id == conversation, others.c.visitor == visitor)
    return and_(
        conversations.c.visitor == visitor,
        conversations.c.deleted_at > datetime.now(UTC) - REGRET,
        conversations.c.deleted_at == moment.scalar_subquery(),
    )
