"""When PostgreSQL goes away, and when it comes back."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psycopg
import pytest
from requests import Response
from sqlalchemy import text

from tests import processes
from tests.callers import Caller
from tests.faults.crowds import Crowd, states
from tests.people import EVENTS, Page
from tests.postgresql import PostgreSQL
from tests.processes import Process
from tests.upstream import Upstream
from tests.waiting import eventually

pytestmark = pytest.mark.xdist_group("a database that goes away")

RECOVERY = 20  # seconds by which the app has found the database again

HALF_STORED = """
    SELECT question.id FROM messages AS question LEFT JOIN messages AS answer ON answer.parent_id = question.id
    WHERE question.role = 'user' AND answer.id IS NULL
    UNION ALL SELECT answer.id FROM messages AS answer WHERE answer.role = 'assistant' AND answer.parent_id IS NULL
    UNION ALL SELECT id FROM conversations WHERE id NOT IN (SELECT conversation_id FROM messages)
"""


@pytest.fixture(scope="module")
def its_own_postgresql() -> Iterator[PostgreSQL]:
    """One that a test may end: the other tests have another."""
    with PostgreSQL() as postgresql:
        yield postgresql


@pytest.fixture
def mortal(its_own_postgresql: PostgreSQL) -> Iterator[PostgreSQL]:
    yield its_own_postgresql
    if not its_own_postgresql.is_up:
        its_own_postgresql.start()


@pytest.fixture(params=["gunicorn", "flask"])
def server(request: pytest.FixtureRequest, mortal: PostgreSQL, upstream: Upstream, tmp_path: Path) -> Iterator[Process]:
    env = {**upstream.env, "DATABASE_URL": mortal.new_database()}
    with processes.app(tmp_path, env, request.param) as server:
        yield server
        assert server.end(signal.SIGTERM) == 0
    assert "Traceback" not in server.log
    assert env["DATABASE_URL"] not in server.log


@pytest.mark.parametrize("server", ["gunicorn"], indirect=True)
def test_a_message_is_refused_with_its_text_kept_where_another_session_keeps_the_tables_locked(
    server: Process, caller: Caller
) -> None:
    form = caller.page().form("/turns")
    with psycopg.connect(server.env["DATABASE_URL"]) as other:
        other.execute("LOCK TABLE messages IN EXCLUSIVE MODE")
        assert caller.read("/up").ok
        response = caller.press(form, message="Are you locked?")
        assert response.status_code == 503
        assert Page(response.text).form("/turns").fields["message"] == "Are you locked?"
        other.rollback()
    caller.press(form, message="Now")
    assert eventually(lambda: states(server) == {("complete", "Hello there."): 1})


def test_without_its_database_every_page_says_so_and_a_message_is_refused_with_its_text_kept(
    server: Process, mortal: PostgreSQL, caller: Caller
) -> None:
    address = Page(caller.submit("Before").text).form("/turns").action.removesuffix("/turns")
    form = caller.page().form("/turns")
    mortal.stop()
    assert (caller.read("/up").status_code, caller.read("/up").json()["status"]) == (503, "database unavailable")
    assert "can't be reached at the moment" in words_of_a_503(caller.read(address))
    assert caller.page("/").form("/turns")
    refused = caller.press(form, message="Keep <this>")
    assert "can't be reached at the moment" in words_of_a_503(refused)
    again = Page(refused.text).form("/turns")
    assert (again.fields["message"], again.fields["turn"]) == ("Keep <this>", form.fields["turn"])
    told = caller.press(form, message="Keep this", headers=EVENTS)
    assert (told.status_code, told.json()["error"]["kind"]) == (503, "database_unavailable")
    assert int(told.headers["Retry-After"]) == told.json()["error"]["retry_after"]
    assert "refused=database" in server.log
    mortal.start()
    assert eventually(lambda: caller.read("/up").ok, RECOVERY)
    assert Page(caller.press(again).text).questions == ["Keep <this>"]
    assert half_stored(server) == []


def test_an_answer_goes_on_without_the_database_and_is_kept_once_it_is_back(
    server: Process, mortal: PostgreSQL, caller: Caller, upstream: Upstream
) -> None:
    upstream.says("It began", " and it ended.")
    upstream.stalls_after(1)
    start, events = caller.say("How?")
    assert next(events)[1]["html"] == "<p>It began</p>"
    mortal.stop()
    upstream.release()
    assert next(events)[1]["text"] == " and it ended."
    assert eventually(lambda: "journal=failed" in server.log)
    mortal.start()
    assert list(events)[-1][1]["state"] == "complete"
    assert eventually(lambda: states(server) == {("complete", "It began and it ended."): 1}, RECOVERY)
    assert "It began and it ended." in caller.page(start["url"]).words


@pytest.mark.parametrize("server", ["flask"], indirect=True)
def test_an_app_that_starts_without_its_database_finds_it_later(
    server: Process, mortal: PostgreSQL, caller: Caller
) -> None:
    server.crash()
    mortal.stop()
    server.start_unwell()
    assert caller.page("/").form("/turns")
    assert "up=no" in server.log
    mortal.start()
    assert eventually(lambda: caller.read("/up").ok, RECOVERY)
    caller.submit("Are you there?")
    assert eventually(lambda: states(server)["complete", "Hello there."])


@pytest.mark.parametrize("server", ["gunicorn"], indirect=True)
def test_under_load_what_was_accepted_is_there_and_nothing_is_half_stored(
    server: Process, mortal: PostgreSQL, upstream: Upstream
) -> None:
    upstream.says("A ", "long ", "answer.", pause=0.3)
    with Crowd(server) as crowd, ThreadPoolExecutor() as threads:
        over = Event()
        talking = [threads.submit(keep_talking, caller, over) for caller in crowd.callers]
        try:
            assert eventually(lambda: states(server)["complete", "A long answer."])
            mortal.stop()
            assert eventually(lambda: server.log.count("refused=database") > len(talking))
            mortal.start()
            assert eventually(lambda: crowd.callers[0].read("/up").ok, RECOVERY)
            done = states(server).total()
            assert eventually(lambda: states(server).total() > done + len(talking), RECOVERY)
        finally:
            over.set()
        accepted = [one for conversation in talking for one in conversation.result()]
    whole_or_never_begun = {("complete", "A long answer."), ("interrupted", "")}
    assert eventually(lambda: states(server).keys() <= whole_or_never_begun, RECOVERY)
    with processes.database(server) as database, database.reading() as connection:
        kept = set(connection.execute(text("SELECT text FROM messages WHERE role = 'user'")).scalars())
    assert kept >= set(accepted)
    assert half_stored(server) == []


def keep_talking(caller: Caller, over: Event) -> list[str]:
    """Say one thing after the other, and return what was accepted."""
    form = caller.page().form("/turns")
    accepted: list[str] = []
    while not over.is_set():
        message = f"{id(caller)} {len(accepted)}"
        response = caller.press(form, message=message, headers=EVENTS)
        assert response.status_code in (200, 503), response.text
        if response.ok:
            accepted.append(message)
            form = caller.page().form("/turns")
    return accepted


def words_of_a_503(response: Response) -> str:
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    return Page(response.text).words


def half_stored(server: Process) -> list[str]:
    """Questions without an answer, answers without a question, conversations without either."""
    with processes.database(server) as database, database.reading() as connection:
        return list(connection.execute(text(HALF_STORED)).scalars())
