"""What is counted is counted right by all who count, and goes when its time is over."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from limits import RateLimitItemPerMinute
from sqlalchemy import func, select

from parley.archive import Counters
from parley.database import Database
from parley.limits import Limits, TooOften
from parley.tables import counters

PER_MINUTE = RateLimitItemPerMinute(2, 1, "things")


@pytest.fixture
def database(app: Flask) -> Database:
    found: Database = app.extensions["parley"].archive.database
    return found


@pytest.fixture
def counting(database: Database) -> Counters:
    return Counters(database)


def kept(database: Database) -> int:
    with database.reading() as connection:
        count: int = connection.execute(select(func.count()).select_from(counters)).scalar_one()
    return count


def test_whoever_counts_at_the_same_time_loses_nothing(counting: Counters) -> None:
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: counting.incr("one", 60), range(40)))
    assert sorted(seen) == list(range(1, 41))
    assert counting.get("one") == 40


def test_a_counter_ends_in_its_time_and_begins_anew(counting: Counters, database: Database) -> None:
    assert [counting.incr("one", 60), counting.incr("one", 6000)] == [1, 2]
    ends_at = counting.get_expiry("one")
    assert [counting.incr("over", -1), counting.incr("over", 60)] == [1, 1]
    assert counting.get_expiry("one") == ends_at
    assert (counting.get("one"), counting.get("over"), counting.get("another")) == (2, 1, 0)
    assert counting.get_expiry("over") == pytest.approx(ends_at, abs=30)


def test_what_has_ended_goes_when_something_begins(counting: Counters, database: Database) -> None:
    for name in ("one", "two", "three"):
        counting.incr(name, -1)
    counting.incr("four", 60)
    assert (kept(database), counting.get("four")) == (1, 1)


def test_counters_can_be_ended(counting: Counters, database: Database) -> None:
    assert counting.check()
    for name in ("one", "two", "three"):
        counting.incr(name, 60)
    counting.clear("one")
    assert (counting.get("one"), counting.get("two")) == (0, 1)
    assert counting.reset() == 2
    assert kept(database) == 0


def test_a_rate_holds_for_each_by_itself_and_says_when_to_come_back(counting: Counters) -> None:
    limits = Limits(counting)
    for _ in range(2):
        limits.count(PER_MINUTE, "alice")
    with pytest.raises(TooOften) as refusal:
        limits.count(PER_MINUTE, "alice")
    assert 50 < refusal.value.retry_after <= 60
    limits.count(PER_MINUTE, "bob")


def test_what_costs_nothing_is_let_through_until_there_was_too_much(counting: Counters) -> None:
    limits = Limits(counting)
    for cost in (0, 1, 0, 1, 0, 0):
        limits.count(PER_MINUTE, cost=cost)
    for cost in (1, 0):
        with pytest.raises(TooOften):
            limits.count(PER_MINUTE, cost=cost)


def test_without_a_database_nothing_is_counted() -> None:
    assert not Counters(Database("sqlite:////nowhere/parley.db")).check()
