"""The tables, and short transactions on them. The same code serves SQLite on a laptop and PostgreSQL on Heroku."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, InternalError, OperationalError, ProgrammingError
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
POOL_SECONDS = 20  # how long to wait for one of them to be free: routers give a request up after 30
POSTGRESQL = {
    "connect_timeout": BUSY_SECONDS,
    "tcp_user_timeout": BUSY_SECONDS * 1000,  # milliseconds until a server that is gone without a word is given up
}
MIGRATION_LOCK = 1_886_872_697  # "parl" and "y" as a number: one that no other app in the same database would choose

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("visitor", String(36), nullable=False),
    Column("title", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("pinned_at", DateTime(timezone=True)),
    Column("deleted_at", DateTime(timezone=True)),  # for a minute it can be brought back; then it is gone
    Column("model", Text),
    Column("instructions", Text, nullable=False, default="", server_default=""),
    Column("temperature", Float),
    Column("max_tokens", Integer),
    Column("reasoning", String(16)),
    Index("ix_conversations_visitor_updated_at", "visitor", "updated_at"),
    Index("ix_conversations_updated_at", "updated_at"),
)
_pinned, _deleted = conversations.c.pinned_at.is_not(None), conversations.c.deleted_at.is_not(None)
Index(
    "ix_conversations_visitor_pinned_at",
    conversations.c.visitor,
    conversations.c.pinned_at,
    sqlite_where=_pinned,
    postgresql_where=_pinned,
)
Index("ix_conversations_deleted_at", conversations.c.deleted_at, sqlite_where=_deleted, postgresql_where=_deleted)

messages = Table(
    "messages",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),  # the order in which things were said
    Column("id", String(36), nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("parent_id", ForeignKey("messages.id", ondelete="CASCADE")),
    Column("turn", String(36)),  # the id that a form carries, so that sending it twice says it once
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False, default=""),
    Column("reasoning", Text, nullable=False, default=""),
    Column("state", String(16), nullable=False),
    Column("model", Text),
    Column("prompt_tokens", Integer),
    Column("completion_tokens", Integer),
    Column("seconds", Float),
    Column("thought_seconds", Float),  # how much of them went into reasoning
    Column("asked", Text),  # how the model was asked, as JSON, but for the words of the messages that it was sent
    Column("timings", Text),  # what happened when, as JSON
    Column("error", Text),
    Column("notice", Text),
    Column("retry_at", DateTime(timezone=True)),  # before then the model's service won't be asked again
    Column("attempt", Integer, nullable=False, default=0, server_default="0"),  # how often it was begun anew
    Column("stop_requested", Boolean, nullable=False, default=False),
    Column("heartbeat_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("conversation_id", "turn"),
    Index("ix_messages_parent_id", "parent_id"),
)

renderings = Table(  # the HTML of finished answers, which can be made again
    "renderings",
    metadata,
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("imprint", String(32), nullable=False),  # of the text that it was made of, and of what made it
    Column("blocks", Text, nullable=False),  # as JSON
)

images = Table(
    "images",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("visitor", String(36), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE")),
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE")),  # none while its message is still written
    Column("position", Integer, nullable=False, default=0),
    Column("media_type", String(32), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("alt", Text, nullable=False, default=""),
    Column("bytes", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_images_conversation_id", "conversation_id"),
    Index("ix_images_message_id", "message_id"),
)

shares = Table(
    "shares",
    metadata,
    Column("id", String(43), primary_key=True),  # unguessable: whoever knows it may read
    Column("visitor", String(36), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("title", Text, nullable=False),
    Column("snapshot", Text, nullable=False),  # what was said when it was shared, as JSON
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_shares_visitor_created_at", "visitor", "created_at"),
    Index("ix_shares_conversation_id", "conversation_id"),
)

counters = Table(
    "counters",
    metadata,
    Column("key", String(255), primary_key=True),  # what is counted, and of whom
    Column("count", Integer, nullable=False),
    Column("ends_at", Float, nullable=False),  # in seconds since 1970, as the library `limits` has it
    Index("ix_counters_ends_at", "ends_at"),
)

ledger = Table(  # each call to a model, and no word of it: it stays when the conversation is deleted
    "ledger",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("answer_id", String(36)),  # none where nothing is kept of it
    Column("attempt", Integer, nullable=False, default=0),
    Column("day", Date, nullable=False),  # that it counts for, by UTC
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("model", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("failure", String(32)),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("is_estimated", Boolean, nullable=False),  # whether these two are
    Column("most_prompt", Integer, nullable=False),
    Column("most_answer", Integer, nullable=False),  # what was set aside is the sum of these two
    Column("charged", Integer),  # what it counts for in the end; while it runs that is what was set aside
    Column("first_token", Integer),  # milliseconds
    Column("seconds", Float),
    Index("ix_ledger_day_model", "day", "model"),
)
_runs = ledger.c.charged.is_(None)
Index("ix_ledger_running", ledger.c.began_at, sqlite_where=_runs, postgresql_where=_runs)

allowances = Table(  # what all calls of a day count for, so that nobody has to add them up
    "allowances",
    metadata,
    Column("day", Date, primary_key=True),
    Column("spent", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("note", Text, nullable=False),  # whom the operator had in mind
    Column("messages", Integer, nullable=False),  # that all who are invited by it may send together
    Column("used", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
)


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
            pool_pre_ping=True,
            connect_args=POSTGRESQL,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: psycopg.Connection[Any], _record: Any) -> None:
    """Wait for what another session has locked no longer than for SQLite."""
    connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()


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
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if "locked" not in str(error.orig) or time.monotonic() > deadline:
            raise
        return False
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
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
