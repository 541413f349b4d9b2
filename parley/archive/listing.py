"""Lists of a visitor's conversations, which never read what was said in them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select, tuple_

from parley.archive.owned import NotFound, belongs_to
from parley.archive.rows import utc
from parley.conversation import Heading
from parley.database import Database
from parley.tables import conversations

PAGE = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_written_place = re.compile(r"(\d{1,17})-([0-9a-f-]{36})")
_asked: Select[Any] = select(
    conversations.c.id, conversations.c.title, conversations.c.updated_at, conversations.c.pinned_at
)


@dataclass(frozen=True)
class Listed:
    """A part of a list, and where its next part begins: what `before` has to be to get it."""

    headings: tuple[Heading, ...]
    next: str | None


class Listing:
    """The conversations of a visitor: first those that are pinned, then the latest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, visitor: str, before: str | None = None, limit: int = PAGE) -> Listed:
        """So many conversations, and at the beginning of the list all that are pinned. Raises NotFound."""
        latest = _asked.where(belongs_to(visitor), conversations.c.pinned_at.is_(None))
        latest = latest.order_by(conversations.c.updated_at.desc(), conversations.c.id.desc()).limit(limit + 1)
        if before is not None:
            latest = latest.where(tuple_(conversations.c.updated_at, conversations.c.id) < _place(before))
        with self._database.reading() as connection:
            pinned = connection.execute(_pinned(visitor)).all() if before is None else ()
            rows = connection.execute(latest).all()
        shown = rows[:limit]
        return Listed(tuple(map(_heading, [*pinned, *shown])), _after(shown[-1]) if len(rows) > limit else None)


def _pinned(visitor: str) -> Select[Any]:
    pinned = _asked.where(belongs_to(visitor), conversations.c.pinned_at.is_not(None))
    return pinned.order_by(conversations.c.pinned_at.desc(), conversations.c.id)


def _heading(row: Row[Any]) -> Heading:
    return Heading(row.id, row.title, utc(row.updated_at), is_pinned=row.pinned_at is not None)


def _after(row: Row[Any]) -> str:
    """The place in the list behind a conversation, in a form that fits into an address."""
    return f"{(utc(row.updated_at) - EPOCH) // timedelta(microseconds=1)}-{row.id}"


def _place(before: str) -> tuple[datetime, str]:
    """The same, read again."""
    found = _written_place.fullmatch(before)
    if not found:
        raise NotFound(before)
    return EPOCH + timedelta(microseconds=int(found[1])), found[2]
