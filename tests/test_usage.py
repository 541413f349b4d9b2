"""What models took, as the operator reads it: on a page, and in a shell."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from parley.budget import Budget
from parley.config import Config
from parley.conversation import State, Usage
from parley.inference.costs import Cost
from parley.inference.errors import Unavailable
from parley.parts import Parts
from parley.spending import Entry, Sums, bars
from tests.people import Page, Person
from tests.spenders import request

CODE = "who runs this"
NOW = datetime.now(UTC)
TODAY = NOW.date()

on_sqlite = pytest.mark.on_sqlite


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, operator_code=CODE, daily_token_budget=100_000)


@pytest.fixture
def parts(app: Flask) -> Parts:
    found: Parts = app.extensions["parley"]
    return found


def call(model: str, days_ago: int, milliseconds: int | None, state: State = State.COMPLETE) -> Entry:
    began = Entry(f"{model} {days_ago} {milliseconds}", model, Cost(30, 100, 100), NOW - timedelta(days=days_ago))
    failure = Unavailable("busy") if state is State.FAILED else None
    usage = None if failure else Usage(100, 20)
    return began.ended(state, words="" if failure else "Yes.", usage=usage, failure=failure, first_token=milliseconds)


def keep(parts: Parts, *entries: Entry) -> None:
    parts.archive.ledger.settle(*entries)


@pytest.fixture
def kept(parts: Parts) -> Parts:
    """Twenty answers of a parrot three days ago, one of an owl today, and one that failed."""
    keep(parts, *(call("parrot-2", 3, 100 * number) for number in range(1, 21)))
    keep(parts, call("owl-1", 0, 50), call("parrot-2", 0, None, State.FAILED), call("parrot-2", 400, 9))
    return parts


def test_calls_add_up_by_day_and_by_model_with_the_times_to_the_first_token(kept: Parts) -> None:
    report = kept.budget.report(30)
    assert [(sums.day, sums.model, sums.answers, sums.failures, sums.tokens) for sums in report.by_day_and_model] == [
        (TODAY, "owl-1", 1, 0, 120),
        (TODAY, "parrot-2", 1, 1, 0),
        (TODAY - timedelta(days=3), "parrot-2", 20, 0, 2400),
    ]
    assert [(sums.day, sums.median, sums.slowest) for sums in report.by_day] == [
        (TODAY, 50, 50),
        (TODAY - timedelta(days=3), 1000, 1900),
    ]
    assert [(sums.model, sums.answers, sums.median) for sums in report.by_model] == [
        ("parrot-2", 21, 1000),
        ("owl-1", 1, 50),
    ]
    assert (report.total.answers, report.total.failures, report.total.read, report.total.written) == (22, 1, 2100, 420)
    assert (report.total.median, report.total.slowest) == (1000, 1900)


@on_sqlite
def test_a_call_that_runs_is_in_no_sum_but_set_aside(parts: Parts) -> None:
    _request, entry = parts.budget.begin(request())
    report = parts.budget.report(1)
    assert (report.total.answers, report.by_day, report.day.reserved) == (0, [], entry.reserved)


@on_sqlite
def test_the_page_is_the_operators(kept: Parts, alice: Person, app: Flask) -> None:
    assert alice.client.get("/usage").status_code == 401
    page = opened(app)
    for words in ("120 of 100,000 tokens are spent", "99,880 are left", "owl-1", "1,900 ms", "At most 2,400 tokens"):
        assert words in page.words
    assert page.html.count("<rect") == 4
    assert "style=" not in page.html
    week = opened(app, "/usage?days=7")
    assert week.html.count('aria-current="page"') == 1
    assert "No model was asked" not in week.words
    assert opened(app, "/usage?days=1e9").words == page.words


@on_sqlite
def test_before_anybody_asked_the_page_says_so(app: Flask) -> None:
    page = opened(app)
    assert "No model was asked in these days." in page.words
    assert "<svg" not in page.html


@on_sqlite
def test_the_shell_prints_the_same(kept: Parts, runner: FlaskCliRunner) -> None:
    said = runner.invoke(args=["usage"])
    assert said.exit_code == 0
    today, by_day, by_model = said.stdout.strip().split("\n\n")
    assert today == "Today, by UTC: 120 of 100,000 tokens spent, 0 set aside, 99,880 left."
    assert [line.split() for line in by_day.splitlines()][1:] == [
        [str(TODAY), "2", "1", "100", "20", "50", "ms", "50", "ms"],
        [str(TODAY - timedelta(days=3)), "20", "0", "2,000", "400", "1,000", "ms", "1,900", "ms"],
    ]
    assert by_model.splitlines()[1].split()[:4] == ["parrot-2", "21", "1", "2,000"]
    one_day = runner.invoke(args=["usage", "--days", "1"])
    assert str(TODAY - timedelta(days=3)) not in one_day.stdout


@on_sqlite
def test_a_program_gets_json(kept: Parts, runner: FlaskCliRunner) -> None:
    record = json.loads(runner.invoke(args=["usage", "--json", "--days", "7"]).stdout)
    assert record["today"] == {"budget": 100_000, "spent": 120, "reserved": 0, "left": 99_880}
    assert (record["since"], record["until"]) == (str(TODAY - timedelta(days=6)), str(TODAY))
    assert [row["model"] for row in record["by_model"]] == ["parrot-2", "owl-1"]
    assert record["by_day_and_model"][0] == {
        "day": str(TODAY),
        "model": "owl-1",
        "answers": 1,
        "failures": 0,
        "read": 100,
        "written": 20,
        "is_estimated": False,
        "median": 50,
        "slowest": 50,
    }


@on_sqlite
def test_without_a_budget_the_shell_says_how_to_set_one(parts: Parts, runner: FlaskCliRunner, app: Flask) -> None:
    app.extensions["parley"] = replace(parts, budget=Budget(parts.archive.ledger, None))
    said = runner.invoke(args=["usage"]).stdout
    assert said == (
        "Today, by UTC: 0 tokens spent; no DAILY_TOKEN_BUDGET is set.\n\nNo model was asked in these days.\n"
    )
    assert "DAILY_TOKEN_BUDGET" in opened(app).words


def test_bars_stand_beside_each_other_and_fill_the_box() -> None:
    days = [Sums(day=date(2026, 1, number), read=10 * number, written=10) for number in range(1, 10)]
    drawn = bars(days)
    assert [drawn[-1].top, drawn[-1].read, drawn[-1].written] == [0, 90, 10]
    assert all(left.x + left.width < right.x for left, right in pairwise(drawn))
    assert drawn[-1].x + drawn[-1].width <= 1000
    assert bars([Sums()])[0].top == 100


def opened(app: Flask, address: str = "/usage") -> Page:
    response = app.test_client().get(address, headers={"Authorization": f"Bearer {CODE}"})
    assert response.status_code == 200
    return Page(response.text)
