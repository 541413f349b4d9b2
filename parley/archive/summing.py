"""What the calls in the ledger add up to, by day, by model, by both, or together."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, and_, case, func, select

from parley.conversation import State
from parley.spending import Sums
from parley.tables import ledger

MEDIAN, SLOWEST = 50, 95  # so many of 100 times to the first token are no longer than what is told

_failed = case((ledger.c.state.in_([State.FAILED, State.INTERRUPTED]), 1), else_=0)
_counted = (
    func.count().label("answers"),
    func.sum(_failed).label("failures"),
    func.sum(ledger.c.prompt_tokens).label("read"),
    func.sum(ledger.c.completion_tokens).label("written"),
    func.max(case((ledger.c.is_estimated, 1), else_=0)).label("is_estimated"),
)


def sums(connection: Connection, since: date, by: Sequence[str]) -> list[Sums]:
    """The newest day first, then the model that took most. A call that runs is in none of them."""
    ended = and_(ledger.c.day >= since, ledger.c.charged.is_not(None))
    groups = [ledger.c[name] for name in by]
    times = {tuple(row[: len(by)]): row for row in connection.execute(_times(groups, ended))}
    asked: Select[Any] = select(*groups, *_counted).where(ended).group_by(*groups)
    counted = connection.execute(asked)
    found = [_sums(row, times.get(tuple(row[: len(by)])), by) for row in counted if row.answers]
    return sorted(found, key=lambda one: (-one.day.toordinal() if one.day else 0, -one.tokens, one.model or ""))


def _times(groups: Sequence[ColumnElement[Any]], ended: ColumnElement[bool]) -> Select[Any]:
    """Of each group the time in the middle, and the one near the end, once all are in a row."""
    place = func.row_number().over(partition_by=groups or None, order_by=ledger.c.first_token).label("place")
    of = func.count().over(partition_by=groups or None).label("of_them")
    timed = select(*groups, ledger.c.first_token, place, of)
    rows = timed.where(ended, ledger.c.first_token.is_not(None)).subquery()
    named = [rows.c[column.name] for column in groups]
    return select(*named, _at(MEDIAN, rows).label("median"), _at(SLOWEST, rows).label("slowest")).group_by(*named)


def _at(percent: int, rows: Subquery) -> ColumnElement[int]:
    """The time that so many percent of them are no slower than: the least of those whose place is far enough."""
    is_far_enough = 100 * rows.c.place >= percent * rows.c.of_them
    return func.min(case((is_far_enough, rows.c.first_token)))


def _sums(row: Row[Any], times: Row[Any] | None, by: Sequence[str]) -> Sums:
    return Sums(
        day=row.day if "day" in by else None,
        model=row.model if "model" in by else None,
        answers=row.answers,
        failures=row.failures,
        read=row.read,
        written=row.written,
        is_estimated=bool(row.is_estimated),
        median=times.median if times else None,
        slowest=times.slowest if times else None,
    )
