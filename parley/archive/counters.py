"""Counters that end by themselves: what the rates of parley/limits.py are counted with, by all processes together."""

import time
from collections.abc import Mapping
from typing import Any

from limits.storage import Storage
from sqlalchemy import Connection, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from parley.database import Database, DatabaseUnavailable
from parley.tables import counters

BATCH = 100  # ended counters that are removed at once: others want to count as well

_insert: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class Counters(Storage):
    """What the library `limits` asks of a place to count in. Times are in seconds since 1970, as it has them."""

    STORAGE_SCHEME = None  # it is made by us, and never by an address

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    @property
    def base_exceptions(self) -> type[Exception]:
        return DatabaseUnavailable

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter, which begins now unless it is there, and ends `expiry` seconds after its beginning.

        In one transaction, so that of two who count at the same time each sees what the other has added.
        """
        with self._database.writing() as connection:
            count, _ends_at = add_to(connection, {key: expiry}, amount)[key]
        if count == amount:
            self.remove_the_ended()
        return count

    def get(self, key: str) -> int:
        """How far a counter is; 0 where there is none."""
        count, _ends_at = self._find(key)
        return count

    def get_expiry(self, key: str) -> float:
        """When a counter ends; now, where there is none."""
        _count, ends_at = self._find(key)
        return ends_at

    def check(self) -> bool:
        """Whether one can count."""
        try:
            self._find("")
        except DatabaseUnavailable:
            return False
        return True

    def clear(self, key: str) -> None:
        """End a counter."""
        with self._database.writing() as connection:
            connection.execute(delete(counters).where(counters.c.key == key))

    def reset(self) -> int:
        """End all of them."""
        with self._database.writing() as connection:
            return connection.execute(delete(counters)).rowcount

    def remove_the_ended(self) -> None:
        """In a transaction of its own, which holds nothing that others wait for."""
        with self._database.writing() as connection:
            remove_the_ended(connection)

    def _find(self, key: str) -> tuple[int, float]:
        now = time.time()
        asked = select(counters.c.count, counters.c.ends_at).where(counters.c.key == key, counters.c.ends_at > now)
        with self._database.reading() as connection:
            row = connection.execute(asked).one_or_none()
        return (row[0], row[1]) if row else (0, now)


def add_to(connection: Connection, expiries: Mapping[str, int], amount: int = 1) -> dict[str, tuple[int, float]]:
    """Add to some counters in one statement. Returns how far each of them is, and when it ends.

    The rows are handed over beside the statement, so that SQLAlchemy need not compile it anew for each message. Whoever
    counts several names them in the same order as all others: so nobody waits for anybody in a circle.
    """
    now = time.time()
    rows = [{"key": key, "count": amount, "ends_at": now + expiry} for key, expiry in expiries.items()]
    insert = _insert[connection.dialect.name](counters)
    has_ended, begun = counters.c.ends_at <= now, insert.excluded
    changes = {
        "count": case((has_ended, begun.count), else_=counters.c.count + begun.count),
        "ends_at": case((has_ended, begun.ends_at), else_=counters.c.ends_at),
    }
    adding = insert.on_conflict_do_update(index_elements=["key"], set_=changes).returning(counters)
    return {key: (count, ends_at) for key, count, ends_at in connection.execute(adding, rows)}


def remove_the_ended(connection: Connection) -> None:
    """Each time that one begins, so that there are never many more than are in use.

    Past those that somebody else holds: so nobody waits for anybody in a circle.
    """
    ended = select(counters.c.key).where(counters.c.ends_at <= time.time()).limit(BATCH)
    unheld = ended.with_for_update(skip_locked=True)
    connection.execute(delete(counters).where(counters.c.key.in_(unheld)))
