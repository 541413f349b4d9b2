"""What belongs to a visitor: a part of every question that a visitor asks."""

from sqlalchemy import BindParameter, ColumnElement, and_

from parley.tables import conversations


class NotFound(Exception):
    """No such thing, or a stranger's: the one who asks is not told which."""


is_there = conversations.c.deleted_at.is_(None)  # what is deleted only waits to be removed, or to be had back


def belongs_to(visitor: str | BindParameter[str]) -> ColumnElement[bool]:
    """Of all conversations those that are there, and a visitor's."""
    return and_(conversations.c.visitor == visitor, is_there)
