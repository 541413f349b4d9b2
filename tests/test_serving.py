"""The app under gunicorn, as a dyno runs it: a real process, sockets, signals."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.callers import Caller
from tests.processes import ROOT, Process, app
from tests.upstream import Upstream


@pytest.fixture
def server(upstream: Upstream, database_url: str, tmp_path: Path) -> Iterator[Process]:
    with app(tmp_path, {"DATABASE_URL": database_url, **upstream.env}) as server:
        yield server


as_on_a_dyno = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def caller(server: Process) -> Iterator[Caller]:
    with Caller(server) as caller:
        yield caller


def test_a_conversation_goes_on_over_sockets(caller: Caller, upstream: Upstream) -> None:
    upstream.says("Hello ", "there.", pause=0.01)
    start, events = caller.say("Hi")
    assert list(events)[-1][1]["state"] == "complete"
    upstream.says("As I said.")
    _, events = caller.say("Again?", at=start["url"])
    assert list(events)[-1][1]["state"] == "complete"
    page = caller.page(start["url"])
    assert page.questions == ["Hi", "Again?"]
    assert "As I said." in page.words


@as_on_a_dyno
def test_sigterm_lets_an_answer_finish(server: Process, caller: Caller, upstream: Upstream) -> None:
    upstream.says("Nearly ", "done.", pause=0.05)
    upstream.stalls_after(1)
    start, events = caller.say("Hurry")
    next(events)
    server.send(signal.SIGTERM)
    upstream.release()
    assert list(events)[-1][1]["state"] == "complete"
    assert server.wait() == 0
    server.start()
    assert "Nearly done." in caller.page(start["url"]).words


@as_on_a_dyno
def test_sigterm_keeps_what_can_not_finish(server: Process, caller: Caller, upstream: Upstream) -> None:
    upstream.says("So far", " and never further")
    upstream.stalls_after(1)
    start, events = caller.say("Take your time")
    next(events)
    assert server.end(signal.SIGTERM) == 0
    assert list(events)[-1][1]["state"] == "interrupted"
    assert upstream.hung_up.wait(1)
    server.start()
    page = caller.page(start["url"])
    assert "So far" in page.words
    assert page.form("/retry")


@as_on_a_dyno
def test_an_answer_that_nobody_watches_is_finished_before_the_process_ends(
    server: Process, caller: Caller, upstream: Upstream
) -> None:
    upstream.says("To the ", "end.")
    upstream.stalls_after(1)
    form = caller.page().form("/turns")
    address = caller.post(server.url + form.action, form.fields | {"message": "Go on"}, timeout=10).url
    server.send(signal.SIGTERM)
    upstream.release()
    assert server.wait() == 0
    server.start()
    assert "To the end." in caller.get(address, timeout=10).text


def test_what_had_come_a_second_before_a_crash_is_there_afterwards(
    server: Process, caller: Caller, upstream: Upstream
) -> None:
    upstream.says("Written down", " and lost")
    upstream.stalls_after(1)
    start, events = caller.say("Quick")
    next(events)
    kept = f"{server.url}{start['url']}.json"
    while not caller.get(kept, timeout=10).json()["messages"][1]["text"]:
        pass
    server.crash()
    server.start()
    page = caller.page(start["url"])
    assert page.questions == ["Quick"]
    assert "Written down" in page.words


@pytest.mark.parametrize("database_url", ["sqlite://"])
def test_without_a_secret_it_does_not_start_and_says_why(database_url: str) -> None:
    command = [".venv/bin/gunicorn", "app:create_app()", "--bind", "127.0.0.1:0"]
    result = subprocess.run(
        command, env={"PATH": ".venv/bin:/usr/bin:/bin", "DATABASE_URL": database_url}, cwd=ROOT, capture_output=True
    )
    assert result.returncode != 0
    assert b"SECRET_KEY is not set" in result.stderr
