"""Rows of the tables as the values that everyone else knows."""

from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson
from sqlalchemy import Row

from parley.conversation import Asked, Message, Settings, State, Timings, Usage

Record = TypeVar("Record", Asked, Timings)

_fields = {kind: frozenset(field.name for field in fields(kind)) for kind in (Asked, Timings)}


def message_of(row: Row[Any]) -> Message:
    """A message as it is kept."""
    spent = None if row.completion_tokens is None else Usage(row.prompt_tokens, row.completion_tokens)
    return Message(
        id=row.id,
        conversation=row.conversation_id,
        parent=row.parent_id,
        role=row.role,
        text=row.text,
        at=utc(row.created_at),
        state=State(row.state),
        reasoning=row.reasoning,
        model=row.model,
        usage=spent,
        seconds=row.seconds,
        thought_seconds=row.thought_seconds,
        error=row.error,
        notice=row.notice,
        retry_at=None if row.retry_at is None else utc(row.retry_at),
        attempt=row.attempt,
        asked=_record(Asked, row.asked),
        timings=_record(Timings, row.timings),
    )


def settings_of(row: Row[Any]) -> Settings:
    """What a visitor wishes in a conversation, as it is kept."""
    return Settings(row.model, row.instructions, row.temperature, row.max_tokens, row.reasoning)


def columns_of(message: Message) -> dict[str, Any]:
    """A message as it is kept, but for its place in a conversation: all that its answer changes while it is given."""
    spent = message.usage
    return {
        "text": message.text,
        "reasoning": message.reasoning,
        "state": message.state,
        "model": message.model,
        "prompt_tokens": spent.prompt if spent else None,
        "completion_tokens": spent.completion if spent else None,
        "seconds": message.seconds,
        "thought_seconds": message.thought_seconds,
        "asked": _kept(message.asked),
        "timings": _kept(message.timings),
        "error": message.error,
        "notice": message.notice,
        "retry_at": message.retry_at,
    }


def utc(moment: datetime) -> datetime:
    """SQLite keeps no time zone; all times in the database are UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _kept(record: Asked | Timings | None) -> str | None:
    """How an answer came about, as it is kept."""
    return orjson.dumps(asdict(record)).decode() if record else None


def _record(kind: type[Record], kept: str | None) -> Record | None:
    """How an answer came about. What another release of the app knew of it besides is passed over."""
    if kept is None:
        return None
    return kind(**{name: value for name, value in orjson.loads(kept).items() if name in _fields[kind]})
