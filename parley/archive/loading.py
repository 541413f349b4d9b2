"""A conversation with all that was said in it, had for two questions: one more only where there are images.

The statements are put together once. To do so for each turn took SQLAlchemy longer than to ask them.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, exists, select

from parley.archive import images
from parley.archive.owned import NotFound, belongs_to
from parley.archive.rows import message_of, settings_of
from parley.conversation import Conversation
from parley.tables import conversations, messages
from parley.tables import images as kept_images

Rows = Sequence[Row[Any]]

_has_images = exists().where(kept_images.c.conversation_id == bindparam("conversation")).label("has_images")
_its_own: Select[Any] = select(conversations).where(belongs_to(bindparam("visitor")))
_model_of: Select[Any] = select(conversations.c.model).where(
    belongs_to(bindparam("visitor")), conversations.c.id == bindparam("conversation")
)
_named = _its_own.where(conversations.c.id == bindparam("conversation"))
_with_answer = _its_own.join(messages, messages.c.conversation_id == conversations.c.id).where(
    messages.c.id == bindparam("answer"), messages.c.role == "assistant"
)
_said_there: Select[Any] = (
    select(messages, _has_images)
    .where(messages.c.conversation_id == bindparam("conversation"))
    .order_by(messages.c.number)
)


def load(connection: Connection, conversation: str, visitor: str) -> tuple[Conversation, Rows]:
    """A conversation, and the rows of what was said in it, oldest first. Raises NotFound."""
    return _loaded(connection, _named, {"conversation": conversation, "visitor": visitor})


def load_around(connection: Connection, answer: str, visitor: str) -> tuple[Conversation, Rows]:
    """The conversation that an answer stands in. Raises NotFound."""
    return _loaded(connection, _with_answer, {"answer": answer, "visitor": visitor})


def load_model(connection: Connection, conversation: str, visitor: str) -> str | None:
    """The model that is to answer in a conversation, if there is such a one and a model was chosen there."""
    named = {"conversation": conversation, "visitor": visitor}
    model: str | None = connection.execute(_model_of, named).scalar_one_or_none()
    return model


def load_said_in(connection: Connection, row: Row[Any]) -> tuple[Conversation, Rows]:
    """The conversation of a row, and the rows of what was said there."""
    rows = connection.execute(_said_there, {"conversation": row.id}).all()
    said = tuple(map(message_of, rows))
    if rows and rows[0].has_images:
        said = images.illustrated(connection, row.id, said)
    return Conversation(row.id, row.visitor, row.title, said, settings_of(row), row.pinned_at is not None), rows


def _loaded(connection: Connection, asked: Select[Any], names: dict[str, str]) -> tuple[Conversation, Rows]:
    row = connection.execute(asked, names).one_or_none()
    if row is None:
        raise NotFound(*names.values())
    return load_said_in(connection, row)
