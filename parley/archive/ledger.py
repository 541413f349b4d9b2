"""The ledger: what was asked of models, what is set aside for it, and what it took. No word of it is kept here.

`allowances` holds the sums of each day, so that a message costs the same however many were sent before. Whoever changes
rows of the ledger changes the sums in the same transaction, once those rows are its own: so nobody waits for anybody in
a circle. A row that is new is nobody else's.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from parley.archive import abandoned, summing
from parley.database import Database
from parley.spending import Day, Entry, Sums
from parley.tables import allowances, ledger

BATCH = 1000  # rows that are removed at once: others want to write as well

ALL_ITS_LIFE = ("id", "day", "began_at")  # what never changes about a call


def _writing(table: Any) -> Any:
    """Write a row, whether or not it is there."""
    changed = {column.name: column for column in table.excluded if column.name not in ALL_ITS_LIFE}
    return table.on_conflict_do_update(index_elements=["id"], set_=changed)


def _adding(table: Any) -> Any:
    """Add to the sums of a day, whether or not it has any."""
    sums = {name: allowances.c[name] + table.excluded[name] for name in ("spent", "reserved")}
    adding = table.on_conflict_do_update(index_elements=["day"], set_=sums)
    return adding.returning(allowances.c.spent, allowances.c.reserved)


# Made once: to put together what is the same for every call would take longer than to ask it.
_insert: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_write = {name: _writing(insert_into(ledger)) for name, insert_into in _insert.items()}
_add_to = {name: _adding(insert_into(allowances)) for name, insert_into in _insert.items()}
_kept: Select[Any] = (
    select(ledger).where(ledger.c.id.in_(bindparam("ids", expanding=True))).order_by(ledger.c.id).with_for_update()
)


class Ledger:
    """Each method opens a short transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def day(self, day: date | None = None) -> Day:
        """What was spent on a day, today unless another is named."""
        asked = select(allowances.c.spent, allowances.c.reserved).where(allowances.c.day == (day or _today()))
        with self._database.reading() as connection:
            row = connection.execute(asked).one_or_none()
        return Day(*row) if row else Day()

    def reserve(self, entry: Entry, afford: Callable[[Day], Entry]) -> Entry:
        """Set aside what a call may take. `afford` says how much that is, or raises, while nobody else can reserve."""
        with self._database.writing() as connection:
            entry = afford(_add(connection, entry.day))
            connection.execute(insert(ledger).values(_columns(entry)))
            _add(connection, entry.day, reserved=entry.reserved)
        return entry

    def settle(self, *entries: Entry) -> None:
        """Put what calls took in the place of what was set aside for them."""
        with self._database.writing() as connection:
            settle(connection, entries)

    def settle_the_abandoned(self) -> int:
        """The same for calls whose process has died. Returns how many there were."""
        with self._database.writing() as connection:
            entries = abandoned.found(connection)
            settle(connection, entries)
        return len(entries)

    def sums(self, since: date, *by: str) -> list[Sums]:
        """What the calls of some days add up to: by `day`, by `model`, by both, or all together."""
        with self._database.reading() as connection:
            return summing.sums(connection, since, by)

    def forget_before(self, moment: datetime) -> int:
        """Remove some of what was asked before a moment. Returns how much: one can go on until it is nothing."""
        old = select(ledger.c.id).where(ledger.c.day < moment.date(), ledger.c.charged.is_not(None)).limit(BATCH)
        with self._database.writing() as connection:
            gone = connection.execute(delete(ledger).where(ledger.c.id.in_(old))).rowcount
            connection.execute(delete(allowances).where(allowances.c.day < moment.date()))
        return gone


def settle(connection: Connection, entries: Sequence[Entry]) -> None:
    """Write what calls took. What is written twice, or by somebody who was taken for dead, counts as it was last."""
    if not entries:
        return
    before = _as_they_are(connection, [entry.id for entry in entries])
    connection.execute(_write[connection.dialect.name], [_columns(entry) for entry in entries])
    spent, reserved = Counter[date](), Counter[date]()
    for entry in entries:
        old = before.get(entry.id)
        spent[entry.day] += (entry.charged or 0) - ((old.charged or 0) if old else 0)
        reserved[entry.day] -= old.most_prompt + old.most_answer if old and old.charged is None else 0
    for day in sorted(spent):
        _add(connection, day, spent[day], reserved[day])


def _as_they_are(connection: Connection, ids: Sequence[str]) -> Mapping[str, Row[Any]]:
    """The rows that are there, kept from others until the transaction ends."""
    return {row.id: row for row in connection.execute(_kept, {"ids": ids})}


def _add(connection: Connection, day: date, spent: int = 0, reserved: int = 0) -> Day:
    """Add to the sums of a day, which nobody else can do until the transaction ends. Returns what they are then."""
    more = {"day": day, "spent": spent, "reserved": reserved}
    return Day(*connection.execute(_add_to[connection.dialect.name], more).one())


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "answer_id": entry.answer,
        "attempt": entry.attempt,
        "day": entry.day,
        "began_at": entry.began_at,
        "model": entry.model,
        "state": entry.state,
        "failure": entry.failure,
        "prompt_tokens": entry.usage.prompt if entry.usage else entry.cost.prompt,
        "completion_tokens": entry.usage.completion if entry.usage else 0,
        "is_estimated": entry.is_estimated or entry.usage is None,
        "most_prompt": entry.cost.most_prompt,
        "most_answer": entry.cost.most_answer,
        "charged": entry.charged,
        "first_token": entry.first_token,
        "seconds": entry.seconds,
    }


def _today() -> date:
    return datetime.now(UTC).date()
