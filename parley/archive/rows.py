"""Rows of the tables as the values that everyone else knows."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from parley.conversation import Message, Settings, State, Usage


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
    )


def settings_of(row: Row[Any]) -> Settings:
    """What a visitor wishes in a conversation, as it is kept."""
    return Settings(row.model, row.instructions, row.temperature, row.max_tokens, row.reasoning)


def utc(moment: datetime) -> datetime:
    """SQLite keeps no time zone; all times in the database are UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
