"""What is paid before something is kept: one of each rate that it falls under, and one message of an invitation."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter

from limits import RateLimitItem
from sqlalchemy import Connection, and_, update

from parley.archive.counters import add_to, remove_the_ended
from parley.database import Database
from parley.tables import invitations

MOST_REMEMBERED = 10_000  # refusals, of 200 bytes each


class Unpaid(Exception):
    """Something is not kept, because too much was kept before."""


class TooMany(Unpaid):
    """A rate allows no more of it for the next `retry_after` seconds."""

    def __init__(self, due: "Due", retry_after: int) -> None:
        self.due = due
        self.retry_after = retry_after
        super().__init__(due.words)


class InvitationOver(Unpaid):
    """The invitation was used up, ended or revoked, perhaps just now by somebody else."""


@dataclass(frozen=True)
class Due:
    """One count of a rate: under which key it is counted, and what somebody is told for whom it is too much."""

    key: str
    rate: RateLimitItem
    words: str


@dataclass(frozen=True)
class Toll:
    """All that has to be paid for one thing. Whoever is stopped by one of the rates is counted by none."""

    dues: Sequence[Due] = ()
    invitation: int | None = None


FREE = Toll()


class Tolls:
    """For what is not kept in the database, and costs all the same.

    Whoever was refused is refused again without a look at the database: a flood must not keep others from it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._refused: dict[str, float] = {}  # by the key of what was too much, until when

    def pay(self, toll: Toll) -> None:
        """Pay for something, in a transaction of its own. Raises Unpaid, and then nothing is paid."""
        self._refuse_again(toll)
        if toll.dues or toll.invitation is not None:
            try:
                with self._database.writing() as connection:
                    pay(connection, toll)
            except TooMany as refusal:
                self._remember(refusal)
                raise

    def _refuse_again(self, toll: Toll) -> None:
        for due in toll.dues:
            seconds = self._refused.get(due.key, 0) - time.time()
            if seconds > 0:
                raise TooMany(due, math.ceil(seconds))

    def _remember(self, refusal: TooMany) -> None:
        if len(self._refused) >= MOST_REMEMBERED:
            self._refused.clear()
        self._refused[refusal.due.key] = time.time() + refusal.retry_after


def pay(connection: Connection, toll: Toll) -> None:
    """Pay, in the transaction that keeps what is paid for: both are done, or neither. Raises Unpaid."""
    if toll.invitation is not None:
        _spend(connection, toll.invitation)
    if toll.dues:
        _count(connection, toll.dues)


def _count(connection: Connection, dues: Sequence[Due]) -> None:
    """One statement for all, since this is on the way of every message. Each sees what others have added."""
    counted = add_to(connection, {due.key: due.rate.get_expiry() for due in dues})
    too_many = [(counted[due.key][1], due) for due in dues if counted[due.key][0] > due.rate.amount]
    if too_many:
        ends_at, due = max(too_many, key=itemgetter(0))
        raise TooMany(due, max(1, math.ceil(ends_at - time.time())))
    longest = max(due.rate.get_expiry() for due in dues)
    if any(counted[due.key][0] == 1 for due in dues if due.rate.get_expiry() == longest):
        remove_the_ended(connection)  # seldom: a slow writer begins a minute with each message, and a day once


def _spend(connection: Connection, invitation: int) -> None:
    """Of those who spend the last message at the same time only one finds it."""
    holds = and_(
        invitations.c.id == invitation,
        invitations.c.used < invitations.c.messages,
        invitations.c.revoked_at.is_(None),
        invitations.c.expires_at > datetime.now(UTC),
    )
    if not connection.execute(update(invitations).where(holds).values(used=invitations.c.used + 1)).rowcount:
        raise InvitationOver(invitation)
