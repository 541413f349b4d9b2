"""The app under gunicorn, as a dyno runs it: a real process, and sockets."""

import subprocess
import sys
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


@pytest.mark.parametrize("database_url", ["sqlite://"])
def test_without_a_secret_it_does_not_start_and_says_why(database_url: str) -> None:
    command = [sys.executable, "-m", "gunicorn", "app:create_app()", "--bind", "127.0.0.1:0"]
    result = subprocess.run(
        command, env={"PATH": "/usr/bin:/bin", "DATABASE_URL": database_url}, cwd=ROOT, capture_output=True
    )
    assert result.returncode != 0
    assert b"SECRET_KEY is not set" in result.stderr
