"""What a visitor makes of the list of their conversations: other titles, and what stays at its top."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update

from parley.archive.owned import NotFound, belongs_to
from parley.database import Database
from parley.tables import conversations

MOST_PINS = 50  # all that are pinned are shown together


class TooManyPins(Exception):
    """As many conversations are pinned as can be."""


class Organising:
    """Each method raises NotFound where the visitor has no such conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rename(self, conversation: str, visitor: str, title: str) -> None:
        self._change(conversation, visitor, title=title)

    def pin(self, conversation: str, visitor: str) -> None:
        """Keep it at the top of the list. Raises TooManyPins."""
        others = select(func.count()).where(
            belongs_to(visitor), conversations.c.pinned_at.is_not(None), conversations.c.id != conversation
        )
        with self._database.reading() as connection:
            if connection.execute(others).scalar_one() >= MOST_PINS:
                raise TooManyPins
        self._change(conversation, visitor, pinned_at=datetime.now(UTC))

    def unpin(self, conversation: str, visitor: str) -> None:
        self._change(conversation, visitor, pinned_at=None)

    def _change(self, conversation: str, visitor: str, **values: Any) -> None:
        change = update(conversations).where(conversations.c.id == conversation, belongs_to(visitor))
        with self._database.writing() as connection:
            if not connection.execute(change.values(values)).rowcount:
                raise NotFound(conversation)
