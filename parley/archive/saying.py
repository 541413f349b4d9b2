"""What is said, on its way into the tables. Each of these is part of a transaction that whoever calls has begun."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Connection, Row, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from parley.archive.owned import NotFound, belongs_to
from parley.conversation import Conversation, Message, State
from parley.tables import conversations, messages

Values = dict[str, Any]

# Put together once, as SQLAlchemy takes longer for that than to run them.
_adding = insert(messages)
_wishing = update(conversations).where(conversations.c.id == bindparam("wished_in"))


def _or_touching(opening: Any) -> Any:
    touched = {"updated_at": opening.excluded.updated_at}
    its_own = belongs_to(opening.excluded.visitor)
    return opening.on_conflict_do_update(index_elements=["id"], set_=touched, where=its_own).returning(conversations)


_opening = {
    "postgresql": _or_touching(postgresql.insert(conversations)),
    "sqlite": _or_touching(sqlite.insert(conversations)),
}


def open_conversation(
    connection: Connection, conversation: str, visitor: str, title: str, wishes: Mapping[str, object]
) -> Row[Any]:
    """Make sure that a conversation is there, and that nobody else adds to it until this transaction ends.

    PostgreSQL locks the row that is touched, SQLite has locked everything. One that comes into being has its wishes
    from the start. Returns its row; raises NotFound where it is a stranger's.
    """
    now = datetime.now(UTC)
    row = {"id": conversation, "visitor": visitor, "title": title, "created_at": now, "updated_at": now, **wishes}
    opened = connection.execute(_opening[connection.dialect.name], row).one_or_none()
    if opened is None:
        raise NotFound(conversation, visitor)
    return opened


def wish(connection: Connection, before: Conversation, wishes: Mapping[str, object]) -> None:
    """Keep what somebody wishes of the answers from now on, where that is something else than before."""
    changes = {name: wish for name, wish in wishes.items() if getattr(before.settings, name) != wish}
    if changes:
        connection.execute(_wishing, {"wished_in": before.id, **changes})


def lock(connection: Connection, conversation: str) -> None:
    """Let nobody else add to a conversation until this transaction ends."""
    touch = update(conversations).where(conversations.c.id == conversation)
    connection.execute(touch.values(updated_at=datetime.now(UTC)))


def add(connection: Connection, *said: Values) -> None:
    """Add messages in their order, all on one way to the database."""
    connection.execute(_adding, list(said))


def heard(before: Conversation, wishes: Mapping[str, Any], *said: Values) -> Conversation:
    """A conversation with what was said and wished just now. It need not be read again for that."""
    settings = replace(before.settings, **wishes)
    return replace(before, messages=(*before.messages, *map(_as_read, said)), settings=settings)


def question(conversation: str, parent: str | None, text: str, turn: str) -> Values:
    return _message(conversation, parent) | {"role": "user", "text": text, "turn": turn, "state": State.COMPLETE}


def answer(conversation: str, parent: str, turn: str | None = None, model: object = None) -> Values:
    """An answer of which there is nothing yet but, where one could be chosen, the model that gives it."""
    empty = {"role": "assistant", "text": "", "turn": turn, "state": State.RUNNING, "model": model}
    return _message(conversation, parent) | empty


def begin_anew(connection: Connection, answer: Row[Any], turn: str | None, **changes: Any) -> None:
    """Let an answer run once more, in its place."""
    afresh = {
        "state": State.RUNNING,
        "turn": turn,
        "attempt": answer.attempt + 1,
        "error": None,
        "notice": None,
        "retry_at": None,
        "asked": None,
        "timings": None,
        "stop_requested": False,
        "heartbeat_at": datetime.now(UTC),
    }
    connection.execute(update(messages).where(messages.c.id == answer.id).values({**afresh, **changes}))


def of_turn(rows: Sequence[Row[Any]], turn: str | None) -> Row[Any] | None:
    """The message that came with a turn, where that was sent before."""
    return next((row for row in rows if row.turn == turn), None) if turn else None


def turn_of_text(turn: str, text: str) -> str:
    """The turn of a form that somebody went back to, and sent with other words."""
    return str(uuid5(UUID(turn), text))


def turn_of_button(button: str, answer: str, turn: str | None) -> str | None:
    """The turn that a button carries, bound to it and to the answer above it, so that it can be no other's."""
    return str(uuid5(UUID(turn), f"{button} {answer}")) if turn else None


def _message(conversation: str, parent: str | None) -> Values:
    now = datetime.now(UTC)
    return {
        "id": str(uuid4()),
        "conversation_id": conversation,
        "parent_id": parent,
        "model": None,
        "reasoning": "",
        "attempt": 0,
        "stop_requested": False,
        "created_at": now,
        "heartbeat_at": now,
    }


def _as_read(said: Values) -> Message:
    """A message that was added just now, as it would be read from its row."""
    return Message(
        id=said["id"],
        conversation=said["conversation_id"],
        parent=said["parent_id"],
        role=said["role"],
        text=said["text"],
        at=said["created_at"],
        state=said["state"],
        model=said["model"],
    )
