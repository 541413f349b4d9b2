"""The lines of the journal: how far answers have come, all of them in one statement.

Each statement is a way to the database and back, on which a busy process lets everybody else go first: one for each of
250 answers took up to ten seconds.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    DateTime,
    Float,
    Integer,
    String,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSON

from parley.archive.owned import is_there
from parley.archive.rows import columns_of
from parley.conversation import Message
from parley.tables import conversations, messages

WRITTEN: dict[str, Any] = {
    "text": Text,
    "reasoning": Text,
    "state": String,
    "model": Text,
    "prompt_tokens": Integer,
    "completion_tokens": Integer,
    "seconds": Float,
    "asked": Text,
    "timings": Text,
    "thought_seconds": Float,
    "error": Text,
    "notice": Text,
    "retry_at": DateTime(timezone=True),
    "heartbeat_at": DateTime(timezone=True),
}

# What was begun anew since, perhaps by another process that took ours for dead, is left alone.
_this_attempt = and_(messages.c.id == bindparam("answer"), messages.c.attempt == bindparam("this_attempt"))
_write_each = update(messages).where(_this_attempt)

_line = (
    func.json_to_recordset(cast(bindparam("lines", type_=Text), JSON))
    .table_valued(
        column("answer", String),
        column("this_attempt", Integer),
        *(column(name, kind) for name, kind in WRITTEN.items()),
    )
    .render_derived(name="line", with_types=True)
)
_write_all = (
    update(messages)
    .where(messages.c.id == _line.c.answer, messages.c.attempt == _line.c.this_attempt)
    .values({name: _line.c[name] for name in WRITTEN})
)
_wanted = (
    select(messages.c.id, messages.c.attempt)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(messages.c.id.in_(bindparam("answers", expanding=True)), ~messages.c.stop_requested, is_there)
)


def write(connection: Connection, answers: Sequence[Message]) -> None:
    """Write how far these have come."""
    lines = [_line_of(answer) for answer in answers]
    if connection.dialect.name == "postgresql":
        connection.execute(_write_all, {"lines": orjson.dumps(lines).decode()})
    else:
        connection.execute(_write_each, lines)


def unwanted(connection: Connection, answers: Sequence[Message]) -> set[str]:
    """Of those that still run, the ones that nobody wants any more: stopped, begun anew elsewhere, or deleted."""
    running = [answer for answer in answers if answer.is_running]
    if not running:
        return set()
    rows = connection.execute(_wanted, {"answers": [answer.id for answer in running]})
    wanted = {row.id: row.attempt for row in rows}
    return {answer.id for answer in running if wanted.get(answer.id) != answer.attempt}


def _line_of(answer: Message) -> dict[str, Any]:
    return {
        "answer": answer.id,
        "this_attempt": answer.attempt,
        "heartbeat_at": datetime.now(UTC),
        **columns_of(answer),
    }
