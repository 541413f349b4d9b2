"""What was said, found by its words: one question, asked of each database in its own way.

The index is made and kept by migration 0004; a running answer is not in it (docs/decisions/search.md).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Select, column, func, select, table, text

from parley.archive.owned import NotFound, belongs_to
from parley.archive.rows import utc
from parley.conversation import Piece, ends_of, excerpt, has_all, marked
from parley.database import Database
from parley.tables import conversations, messages

PAGE = 30
LONGEST_READ = 200_000  # characters of a text in which the place is looked for: PostgreSQL's index has no more either

Words = tuple[str, ...]
Rows = Sequence[Row[Any]]

LAST_NUMBER = 2**31 - 1  # of a message; PostgreSQL takes none beyond it

_number = re.compile(r"\d{1,10}")
_passages = table("passages", column("rowid"), column("message"), column("words"))


@dataclass(frozen=True)
class Found:
    """A place where the words are: in a message, or in the title where no message is named.

    `at` is the end of the branch that shows the message, unless that is the newest one.
    """

    conversation: str
    title: tuple[Piece, ...]
    when: datetime
    message: str | None = None
    at: str | None = None
    excerpt: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Results:
    """Some of what was found, and what `before` has to be to get what follows."""

    found: tuple[Found, ...]
    next: str | None


class Search:
    """All words have to be in a message, or in a title; each may be the beginning of a longer one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, visitor: str, words: Words, before: str | None = None) -> Results:
        """The messages that have the words, latest first; before them titles that do. Raises NotFound."""
        asked = _having(words, self._database.engine.dialect.name).where(belongs_to(visitor)).limit(PAGE + 1)
        if before is not None:
            asked = asked.where(messages.c.number < _place(before))
        with self._database.reading() as connection:
            rows = connection.execute(asked).all()
            said = _found(connection, rows[:PAGE], words)
            known = {one.conversation for one in said}
            titles = [] if before is not None else _titles(connection, visitor, words, known)
        return Results((*titles, *said), str(rows[PAGE - 1].number) if len(rows) > PAGE else None)


def _having(words: Words, dialect: str) -> Select[Any]:
    """The messages that have all words, as either database is asked. The words have neither quotes nor operators."""
    asked = select(
        messages.c.number, messages.c.id, messages.c.conversation_id, messages.c.created_at, conversations.c.title
    ).join(conversations, conversations.c.id == messages.c.conversation_id)
    if dialect == "postgresql":
        query = func.to_tsquery("simple", " & ".join(f"'{word}':*" for word in words))
        asked = asked.join(_passages, _passages.c.message == messages.c.number).where(_passages.c.words.op("@@")(query))
        # Without an index to follow from the latest on: PostgreSQL would look through all for a word that is rare.
        return asked.order_by((messages.c.number + 0).desc())
    match = text("passages MATCH :query").bindparams(query=" ".join(f'"{word}"*' for word in words))
    asked = asked.join(_passages, _passages.c.rowid == messages.c.number).where(match)
    return asked.order_by(_passages.c.rowid.desc())


def _found(connection: Connection, rows: Rows, words: Words) -> list[Found]:
    texts = _texts(connection, [row.number for row in rows])
    ends = _branches(connection, {row.conversation_id for row in rows})
    return [
        Found(
            conversation=row.conversation_id,
            title=marked(row.title, words),
            when=utc(row.created_at),
            message=row.id,
            at=ends[row.id],
            excerpt=excerpt(texts[row.number], words),
        )
        for row in rows
    ]


def _texts(connection: Connection, numbers: list[int]) -> dict[int, str]:
    read = func.substr(messages.c.text, 1, LONGEST_READ).label("text")
    asked = select(messages.c.number, read).where(messages.c.number.in_(numbers))
    return {row.number: row.text for row in connection.execute(asked)}


def _branches(connection: Connection, found_in: set[str]) -> dict[str, str | None]:
    """For each message of these conversations the end of the newest branch through it, or None where that is shown."""
    asked = select(messages.c.id, messages.c.parent_id, messages.c.conversation_id).order_by(messages.c.number.desc())
    rows = connection.execute(asked.where(messages.c.conversation_id.in_(found_in))).all()
    ends = ends_of((row.id, row.parent_id) for row in rows)
    shown = set({row.conversation_id: row.id for row in reversed(rows)}.values())
    return {message: None if end in shown else end for message, end in ends.items()}


def _titles(connection: Connection, visitor: str, words: Words, known: set[str]) -> list[Found]:
    """The latest titles that have the words, but for those of conversations that are in the results anyway."""
    latest_first = conversations.c.updated_at.desc()
    titles = select(conversations.c.id, conversations.c.title).where(belongs_to(visitor)).order_by(latest_first)
    having = (row.id for row in connection.execute(titles) if has_all(row.title, words) and row.id not in known)
    rows = select(conversations).where(conversations.c.id.in_(list(islice(having, PAGE)))).order_by(latest_first)
    return [Found(row.id, marked(row.title, words), utc(row.updated_at)) for row in connection.execute(rows)]


def _place(before: str) -> int:
    if not _number.fullmatch(before) or int(before) > LAST_NUMBER:
        raise NotFound(before)
    return int(before)
