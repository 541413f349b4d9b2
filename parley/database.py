"""Short transactions on the tables. The same code serves SQLite on a laptop and PostgreSQL on Heroku."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    InterfaceError,
    InternalError,
    InvalidatePoolError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from parley.fair_semaphore import FairSemaphore

if TYPE_CHECKING:
    import psycopg  # SQLAlchemy loads it where it is needed: 0.16 s of processor time that SQLite does without

BUSY_SECONDS = 5  # how long to wait for another process's write to SQLite, and for a connection to PostgreSQL
MOMENT = 0.1  # seconds for which what can be written another time waits for others
GLANCE_SECONDS = 0.02  # between two looks at whether SQLite is free
CONNECTIONS = 7  # of a process, unless it is told otherwise
KEPT = 4  # connections of those that stay open while nobody needs them
JOURNAL = 1  # of them is the journal's
LEAST = 2  # without which nothing works: the journal's, and one for all others
FRESH_SECONDS = 0.2  # for which a connection that was just in use is taken to be a good one still
POOL_SECONDS = 20  # how long to wait for one of them to be free: routers give a request up after 30
POSTGRESQL = {
    "connect_timeout": BUSY_SECONDS,
    "tcp_user_timeout": BUSY_SECONDS * 1000,  # milliseconds until a server that is gone without a word is given up
}
MIGRATION_LOCK = 1_886_872_697  # "parl" and "y" as a number: one that no other app in the same database would choose

_UNAVAILABLE = (OperationalError, InterfaceError, InternalError, ProgrammingError, PoolTimeout, TimeoutError)


class DatabaseUnavailable(Exception):
    """The database can't be reached, is locked, or lacks our tables. The driver's error stays attached as the cause."""


class DatabaseRefused(Exception):
    """The database is there, and can't hold what it was given."""


class Database:
    """An engine, and the two kinds of transaction asked of it."""

    def __init__(self, url: str, connections: int = CONNECTIONS) -> None:
        self.url = url
        self.connections = max(connections, LEAST)
        self.engine = _engine(url, self.connections - JOURNAL)
        self._line = FairSemaphore(self.connections - JOURNAL)  # before the pool, in which waiters are overtaken
        self._reading: Engine = self.engine
        self._writing: Engine = self.engine.execution_options(parley_writes=True)
        self._impatient: Engine = self._writing.execution_options(parley_patience=MOMENT)
        self._journalling: Engine = self._writing
        if self.engine.dialect.name == "postgresql":
            self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")  # saves two ways there and back
            self._journalling = _engine(url, JOURNAL)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Some questions that change nothing."""
        with _translated(), self._line.place(POOL_SECONDS), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A short transaction that changes something. Never hold it while a model thinks."""
        with _translated(), self._line.place(POOL_SECONDS), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def writing_at_once(self) -> Iterator[Connection]:
        """The same for what may as well be written another time: it waits for others no longer than a moment."""
        with _translated(), self._line.place(MOMENT), self._impatient.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = '{MOMENT}s'"))
            yield connection

    @contextmanager
    def journalling(self) -> Iterator[Connection]:
        """The same, over a connection kept for the journal, which must not wait until others have theirs."""
        with _translated(), self._journalling.begin() as connection:
            yield connection

    @contextmanager
    def exclusive(self) -> Iterator[Connection]:
        """A transaction that no other process of this app can be in: for migrations.

        SQLite's write transaction is such a lock; PostgreSQL has one for the purpose, held until the commit.
        """
        with self.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            yield connection

    @contextmanager
    def unbegun(self) -> Iterator[Any]:
        """The driver's own connection, in no transaction: for what SQLite does in none."""
        with _translated(), closing(self.engine.raw_connection()) as connection:
            yield connection.driver_connection

    def check(self) -> None:
        """Raise DatabaseUnavailable unless the database answers and our tables are there."""
        with self.reading() as connection:
            connection.execute(text("SELECT count(*) FROM conversations WHERE id = ''"))

    def close(self) -> None:
        self.engine.dispose()
        self._journalling.dispose()


def connections_of_each(processes: int, of_all: int) -> int:
    """How many connections a process may have, where all of a dyno share so many."""
    return of_all // processes


def _engine(url: str, connections: int) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(
            url,
            pool_size=min(connections, KEPT),
            max_overflow=max(connections - KEPT, 0),
            pool_timeout=POOL_SECONDS,
            connect_args=POSTGRESQL,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "checkin", _note_the_time)
        event.listen(engine, "checkout", partial(_ping, engine.dialect))
        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: psycopg.Connection[Any], record: Any) -> None:
    """Wait for what another session has locked no longer than for SQLite."""
    connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()
    _note_the_time(connection, record)


def _note_the_time(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _ping(dialect: Dialect, connection: Any, record: Any, _proxy: Any) -> None:
    """Ask whether the server is still there. SQLAlchemy's own ping does so each time: three ways there in each turn."""
    if time.monotonic() - record.info["used_at"] < FRESH_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, where it is known whether they write
    # What is deleted is overwritten, which not every build of SQLite does unasked.
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A transaction that reads first and writes later can't wait for its lock; one that takes the lock first can."""
    options = connection.get_execution_options()
    if not options.get("parley_writes"):
        connection.exec_driver_sql("BEGIN")
        return
    deadline = time.monotonic() + options.get("parley_patience", BUSY_SECONDS)
    while not _has_the_lock(connection, deadline):
        time.sleep(GLANCE_SECONDS)


def _has_the_lock(connection: Connection, deadline: float) -> bool:
    """Try to get it. SQLite would wait by itself, but then nothing else could go on where threads are greenlets."""
    driver: Any = connection.connection.driver_connection  # by way of SQLAlchemy each of these takes ten times as long
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if "locked" not in str(error.orig) or time.monotonic() > deadline:
            raise
        return False
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    return True


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _UNAVAILABLE as error:
        raise DatabaseUnavailable(_cause(error)) from error
    except DataError as error:
        raise DatabaseRefused(_cause(error)) from error


def _cause(error: Exception) -> str:
    """The driver's words, without the address of the server."""
    words = str(error.orig if isinstance(error, DBAPIError) else error)
    return re.sub(r"connection to server (at|on) .*? failed", "connection failed", words)
