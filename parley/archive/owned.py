"""What belongs to a visitor: a part of every question that a visitor asks."""

from sqlalchemy import ColumnElement, and_

from parley.database import conversations


class NotFound(Exception):
    """No such thing, or a stranger's: the one who asks is not told which."""


def belongs_to(visitor: str) -> ColumnElement[bool]:
    """Of all conversations those of a visitor, but for what is deleted and only waits to be removed."""
    return and_(conversations.c.visitor == visitor, conversations.c.deleted_at.is_(None))
