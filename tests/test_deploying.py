"""The app as Heroku starts it, from the Procfile, with several processes and a small plan for the database."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from parley.config import DATABASE_CONNECTIONS, Config
from parley.database import Database
from parley.doctor import way
from tests.conftest import SECRET
from tests.dynos import CallerThroughTheRouter, Dyno
from tests.postgresql import PostgreSQL
from tests.upstream import Upstream

VISITORS = 12
GLANCE = 0.02  # seconds between two looks at the connections


@pytest.fixture
def env(upstream: Upstream, postgresql: PostgreSQL) -> dict[str, str]:
    """What the add-ons and app.json set."""
    return {"SECRET_KEY": SECRET, "DATABASE_URL": postgresql.new_database(), **upstream.env}


def test_as_the_procfile_starts_it_two_processes_do_all_that_there_is_to_do(
    env: dict[str, str], upstream: Upstream, tmp_path: Path
) -> None:
    dyno = Dyno(tmp_path, env)
    dyno.release()
    with dyno:
        assert len(dyno.tree) == 1 + 2
        a_visitor_asks_reads_comes_back_and_takes_it_away(dyno, upstream)
        the_log_has_a_line_for_a_request_without_what_was_searched_for(dyno)
        assert list(way.look(dyno.url)) == [way.AS_SENT]


def test_four_processes_keep_to_the_connections_of_the_smallest_plan_however_gunicorn_is_told_how_many_they_are(
    env: dict[str, str], upstream: Upstream, tmp_path: Path
) -> None:
    dyno = Dyno(tmp_path, env | {"GUNICORN_CMD_ARGS": "--workers 4"})
    dyno.release()
    with dyno:
        assert len(dyno.tree) == 1 + 4
        assert 4 <= most_connections_under_load(dyno, upstream) <= DATABASE_CONNECTIONS


def test_a_process_has_the_connections_that_it_needs_however_few_there_are() -> None:
    database = Database(Config.from_env({"DATABASE_URL": "postgres://nowhere/db"}).database_url, connections=1)
    assert database.connections == 2
    database.close()


def a_visitor_asks_reads_comes_back_and_takes_it_away(dyno: Dyno, upstream: Upstream) -> None:
    upstream.says("Because ", "of **the sky**.", pause=0.05)
    with CallerThroughTheRouter(dyno) as caller:
        start, events = caller.say("Why?")
        told = list(events)
        assert told[-1][1]["state"] == "complete"
        assert "block" in [name for name, _ in told]
        page = caller.page(start["url"])
        assert page.questions == ["Why?"]
        assert "Because of <strong>the sky</strong>." in page.html
        assert "Because of **the sky**." in caller.read(f"{start['url']}.md").text
        assert all(cookie.secure for cookie in caller.cookies)
        plain = caller.read("/", headers={"X-Forwarded-Proto": "http"}, allow_redirects=False)
        assert (plain.status_code, plain.headers["Location"][:8]) == (308, "https://")


def the_log_has_a_line_for_a_request_without_what_was_searched_for(dyno: Dyno) -> None:
    with CallerThroughTheRouter(dyno) as caller:
        caller.read("/search?q=a+secret+wish", headers={"X-Request-ID": "the-search"})
    lines = [line for line in dyno.log.splitlines() if "/search" in line]
    assert ["=the-search" in line for line in lines] == [True]
    assert "secret" not in dyno.log


def most_connections_under_load(dyno: Dyno, upstream: Upstream) -> int:
    """While everybody asks at once and looks around; all are answered."""
    upstream.says(*(f"Word {number}. " for number in range(20)), pause=0.05)
    with connections_counted(dyno) as counted, ThreadPoolExecutor(VISITORS) as visitors:
        answers = list(visitors.map(lambda _: ask_and_look_around(dyno), range(VISITORS)))
    assert answers == ["complete"] * VISITORS
    return max(counted)


def ask_and_look_around(dyno: Dyno) -> str:
    with CallerThroughTheRouter(dyno) as caller:
        start, events = caller.say("Why?")
        for _ in range(3):
            caller.page(start["url"])
        return str(list(events)[-1][1]["state"])


@contextmanager
def connections_counted(dyno: Dyno) -> Iterator[list[int]]:
    """How many connections to its database are open, again and again."""
    counted: list[int] = []
    is_over = threading.Event()

    def count() -> None:
        with psycopg.connect(dyno.env["DATABASE_URL"], autocommit=True) as connection:
            while not is_over.wait(GLANCE):
                found = connection.execute(
                    "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
                ).fetchone()
                counted.append(found[0] if found else 0)

    with ThreadPoolExecutor(1) as counting:
        counting.submit(count)
        try:
            yield counted
        finally:
            is_over.set()
