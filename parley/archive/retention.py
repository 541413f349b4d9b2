"""Conversations in which nothing was said for long, on their way out where the operator keeps them for a time only."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from parley.archive.deletions import BATCH, remove
from parley.archive.rows import utc
from parley.database import Database
from parley.tables import conversations


class Retention:
    """Pinned or not: what visitors are told of how long things are kept holds for all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next_removal(self, kept: timedelta) -> datetime | None:
        """When the conversation that has been silent for longest is to be removed, or None where there is none."""
        with self._database.reading() as connection:
            oldest = connection.execute(select(func.min(conversations.c.updated_at))).scalar_one()
        return utc(oldest) + kept if oldest else None

    def remove_some(self, kept: timedelta) -> int:
        """Remove what has been silent for so long, or some of that. Returns how many conversations that were."""
        silent = select(conversations.c.id).where(conversations.c.updated_at <= datetime.now(UTC) - kept)
        unless_others_do = silent.order_by(conversations.c.updated_at).limit(BATCH).with_for_update(skip_locked=True)
        with self._database.writing() as connection:
            gone = list(connection.execute(unless_others_do).scalars())
            remove(connection, gone)
        return len(gone)
