"""Invitations that the operator made: how many messages may be sent with each, and until when."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from parley.archive.owned import NotFound
from parley.archive.rows import utc
from parley.database import Database
from parley.tables import invitations

FEW = 5  # a fifth of the messages, or of the time, is when it matters how much is left


@dataclass(frozen=True)
class Invitation:
    """Who was meant by it is in the note, if anywhere: whoever has the link is invited."""

    id: int
    note: str
    messages: int
    used: int
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @property
    def left(self) -> int:
        return self.messages - self.used

    @property
    def is_open(self) -> bool:
        """Whether its time is not over, and it was not taken back. It may be used up."""
        return self.revoked_at is None and datetime.now(UTC) < self.expires_at

    @property
    def holds(self) -> bool:
        """Whether one more message can be sent with it."""
        return self.is_open and self.left > 0

    @property
    def is_scarce(self) -> bool:
        """Whether little is left of it: messages or time."""
        to_go, whole = self.expires_at - datetime.now(UTC), self.expires_at - self.made_at
        return self.left * FEW < self.messages or to_go * FEW < whole

    @property
    def state(self) -> str:
        """How it stands, in a word or two."""
        if self.revoked_at is not None:
            return "revoked"
        if not self.is_open:
            return "expired"
        return "holds" if self.left else "used up"


class Invitations:
    """All but `find` is for the operator."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, messages: int, expires_at: datetime, note: str = "") -> Invitation:
        row = {"note": note, "messages": messages, "used": 0, "created_at": datetime.now(UTC), "expires_at": expires_at}
        with self._database.writing() as connection:
            made = connection.execute(insert(invitations).values(row).returning(invitations)).one()
        return _invitation(made)

    def find(self, invitation: int) -> Invitation | None:
        with self._database.reading() as connection:
            row = connection.execute(select(invitations).where(invitations.c.id == invitation)).one_or_none()
        return None if row is None else _invitation(row)

    def all(self) -> list[Invitation]:
        """The latest first."""
        with self._database.reading() as connection:
            return [
                _invitation(row) for row in connection.execute(select(invitations).order_by(invitations.c.id.desc()))
            ]

    def revoke(self, invitation: int) -> None:
        """Take one back, for everybody and at once. Raises NotFound."""
        wanted = update(invitations).where(invitations.c.id == invitation)
        with self._database.writing() as connection:
            if not connection.execute(wanted.values(revoked_at=datetime.now(UTC))).rowcount:
                raise NotFound(invitation)


def _invitation(row: Row[Any]) -> Invitation:
    revoked_at = None if row.revoked_at is None else utc(row.revoked_at)
    times = utc(row.created_at), utc(row.expires_at), revoked_at
    return Invitation(row.id, row.note, row.messages, row.used, *times)
