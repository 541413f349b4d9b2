"""When SQLite can't write: its file is locked, its disk is full, it may only be read, or it holds nothing of ours."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from parley import schema
from tests import processes
from tests.callers import Caller
from tests.faults.conftest import PLACES
from tests.faults.crowds import states
from tests.people import EVENTS, Form, Page
from tests.processes import Process
from tests.upstream import Upstream
from tests.waiting import eventually

UNREACHABLE = "can't be reached at the moment"


def served_by(*servers: str) -> pytest.MarkDecorator:
    """Each by some of the ways to serve, where threads and greenlets make no difference by one."""
    places = [place for place in PLACES if place[0] in servers and place[1] == "sqlite"]
    return pytest.mark.parametrize("place", places, ids="-".join, indirect=True)


@pytest.fixture
def file(server: Process) -> Path:
    return Path(server.env["DATABASE_URL"].removeprefix("sqlite:///"))


@served_by("gunicorn", "flask")
def test_a_message_waits_for_a_lock_and_others_need_not(
    server: Process, file: Path, caller: Caller, upstream: Upstream
) -> None:
    upstream.says("Meanwhile", " it goes on.")
    upstream.stalls_after(1)
    start, events = caller.say("Before")
    assert next(events)[1]["html"] == "<p>Meanwhile</p>"
    with Caller(server) as waiting, ThreadPoolExecutor() as threads, locked(file) as lock:
        form = waiting.page().form("/turns")
        answer = threads.submit(waiting.press, form, message="Whenever you can")
        assert not wait([answer], timeout=0.5).done
        upstream.release()
        assert next(events)[1]["text"] == " it goes on."
        assert caller.page(start["url"]).questions == ["Before"]
        assert not answer.done()
        lock.rollback()
        assert Page(answer.result().text).questions == ["Whenever you can"]
    assert list(events)[-1][1]["state"] == "complete"


@served_by("gunicorn")
def test_a_message_is_refused_with_its_text_kept_where_the_lock_stays(
    server: Process, file: Path, caller: Caller, upstream: Upstream
) -> None:
    form = caller.page().form("/turns")
    with locked(file):
        assert caller.read("/up").ok
        assert_refused(caller, form)
    caller.press(form, message="Now")
    assert eventually(lambda: states(server) == {("complete", "Hello there."): 1})
    assert "Traceback" not in server.log


@served_by("gunicorn")
def test_a_full_disk_costs_no_more_than_what_can_not_be_written(
    server: Process, file: Path, caller: Caller, upstream: Upstream
) -> None:
    upstream.says("Before", " and after.")
    upstream.stalls_after(1)
    start, events = caller.say("Quick")
    assert eventually(lambda: states(server) == {("running", "Before"): 1})
    form = caller.page().form("/turns")
    with full_disk(server, file):
        assert_refused(caller, form)
        assert caller.page(start["url"]).questions == ["Quick"]
        upstream.release()
        assert next(events)[0] in ("block", "append")
        assert eventually(lambda: "journal=failed" in server.log)
    assert list(events)[-1][1]["state"] == "complete"
    assert eventually(lambda: states(server) == {("complete", "Before and after."): 1})
    caller.press(form, message="Now")
    assert eventually(lambda: states(server).total() == 2)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert "Traceback" not in server.log


@served_by("gunicorn")
def test_a_full_disk_keeps_no_page_from_being_shown(server: Process, file: Path, caller: Caller) -> None:
    address = Page(caller.submit("Written").text).form("/turns").action.removesuffix("/turns")
    assert eventually(lambda: states(server) == {("complete", "Hello there."): 1})
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("DELETE FROM renderings")
    with full_disk(server, file):
        assert "Hello there." in caller.page(address).words
        assert "renderings=unkept" in server.log
    assert "Traceback" not in server.log


@served_by("flask")
def test_what_may_only_be_read_is_read(server: Process, file: Path, caller: Caller) -> None:
    address = Page(caller.submit("Written").text).form("/turns").action.removesuffix("/turns")
    assert eventually(lambda: states(server) == {("complete", "Hello there."): 1})
    server.crash()
    server.env["DATABASE_URL"] = f"sqlite:///file:{file}?mode=ro&uri=true"
    server.start()
    page = caller.page(address)
    assert (page.questions, "Hello there." in page.words) == (["Written"], True)
    assert_refused(caller, page.form("/turns"))
    assert "Traceback" not in server.log


@served_by("flask")
def test_a_database_without_our_tables_is_told_from_one_that_is_well(
    server: Process, file: Path, caller: Caller
) -> None:
    server.crash()
    for part in file.parent.glob("parley.db*"):
        part.unlink()
    server.start_unwell()
    assert_refused(caller, caller.page().form("/turns"))
    with processes.database(server) as database:
        schema.upgrade(database)
    assert eventually(lambda: caller.read("/up").ok)
    assert "Traceback" not in server.log


def assert_refused(caller: Caller, form: Form) -> None:
    """A message is refused with words, and its text is kept in the form; a script is told so in JSON."""
    with ThreadPoolExecutor() as threads:
        told = threads.submit(caller.press, form, message="Keep this", headers=EVENTS)
        refused = caller.press(form, message="Keep <this>")
    page = Page(refused.text)
    assert (refused.status_code, UNREACHABLE in page.words) == (503, True)
    assert page.form("/turns").fields["message"] == "Keep <this>"
    assert (told.result().status_code, told.result().json()["error"]["kind"]) == (503, "database_unavailable")


@contextmanager
def locked(file: Path) -> Iterator[sqlite3.Connection]:
    """As by another program that writes for a long time."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


@contextmanager
def full_disk(server: Process, file: Path) -> Iterator[None]:
    """Let none of its files grow beyond what the journal of the database takes by now."""
    size = Path(f"{file}-wal").stat().st_size
    assert len(server.log) < size / 2, "what the app prints has to fit, so that it is there to be read"
    limit(server, size)
    yield
    limit(server, psutil.RLIM_INFINITY)


def limit(server: Process, size: int) -> None:
    for process in server.tree:
        process.rlimit(psutil.RLIMIT_FSIZE, (size, psutil.RLIM_INFINITY))
