"""The app as a process, served in each way on each database, and a model's service that misbehaves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import processes
from tests.callers import Caller
from tests.postgresql import PostgreSQL
from tests.processes import Process
from tests.upstream import Upstream

READ_TIMEOUT = 2  # seconds; the app's own is two minutes
UNLIKE = [("gunicorn", "postgresql"), ("flask", "sqlite")]  # as on a dyno, and as on a laptop
PLACES = [(served_by, database) for served_by in ("gunicorn", "flask") for database in ("sqlite", "postgresql")]


@pytest.fixture
def upstream(service: Upstream) -> Iterator[Upstream]:
    """The one service that the app knows, with nothing left in it of the test before."""
    service.begin_anew()
    yield service
    service.release()


@pytest.fixture(scope="session", params=UNLIKE, ids="-".join)
def standing(
    request: pytest.FixtureRequest, service: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """The app in each place, for tests that leave it as it was. It gives a silent model up soon."""
    served_by, database = request.param
    folder = tmp_path_factory.mktemp("app")
    env = {**service.env, "DATABASE_URL": _database(request, database, folder), "READ_TIMEOUT": str(READ_TIMEOUT)}
    with processes.app(folder, env, served_by) as process:
        yield process


@pytest.fixture(params=PLACES, ids="-".join)
def place(request: pytest.FixtureRequest) -> tuple[str, str]:
    """By what the app is served, and where it keeps things."""
    found: tuple[str, str] = request.param
    return found


@pytest.fixture
def server(
    request: pytest.FixtureRequest, place: tuple[str, str], upstream: Upstream, tmp_path: Path
) -> Iterator[Process]:
    """The app in each place, for tests that end it, or what it stands on."""
    served_by, database = place
    env = {**upstream.env, "DATABASE_URL": _database(request, database, tmp_path)}
    with processes.app(tmp_path, env, served_by) as process:
        yield process


@pytest.fixture
def caller(server: Process) -> Iterator[Caller]:
    with Caller(server) as caller:
        yield caller


@pytest.fixture
def visitor(standing: Process, upstream: Upstream) -> Iterator[Caller]:
    """Somebody who uses the standing app."""
    with Caller(standing) as caller:
        yield caller


def _database(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder}/parley.db"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_database()
