"""The world of the tests: an upstream that runs, a database of each kind, an app, and somebody who uses it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from hypothesis import HealthCheck, settings
from werkzeug.routing import Rule

from app import create_app
from parley import schema
from parley.config import Config
from parley.database import Database
from parley.parts import Parts
from tests.compiled import Templates, builders_kept
from tests.people import Person
from tests.postgresql import PostgreSQL
from tests.upstream import Upstream

SECRET = "a secret of the tests"
UNLIMITED = {"VISITOR_LIMITS": "off", "ADDRESS_LIMITS": "off"}  # a test says more than somebody would in its time

HERE = Path(__file__).parent
BEYOND_PYTHON = {"browser", "faults"}  # folders of tests

DATABASES = ["sqlite", "postgresql"] if PostgreSQL.is_installed() else ["sqlite"]

# The same examples each time, however slow the machine is.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

pytest_plugins = ["tests.belongings", "tests.browsers"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with PostgreSQL() as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that vouches for this machine, with its key."""
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of this release, to be copied: that takes a thirtieth of the time that its migrations do."""
    path = tmp_path_factory.mktemp("migrated") / "parley.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_server(postgresql: PostgreSQL) -> PostgreSQL:
    """The server with a database of this release in it, to be emptied."""
    _migrate(postgresql.one_database)
    return postgresql


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of this release with nothing in it, of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "parley.db")
        return f"sqlite:///{tmp_path}/parley.db"
    server: PostgreSQL = request.getfixturevalue("migrated_server")
    server.empty()
    return server.one_database


@pytest.fixture(params=DATABASES)
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that nobody has migrated, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bare.db"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="session")
def service() -> Iterator[Upstream]:
    """One for many tests, where starting the app for each of them would take too long."""
    with Upstream() as service:
        yield service


@pytest.fixture
def config(upstream: Upstream, database_url: str) -> Config:
    return Config.from_env({"SECRET_KEY": SECRET, "DATABASE_URL": database_url, **UNLIMITED, **upstream.env})


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Templates and routes are compiled once for all apps of the suite: that was a fifth of what its tests took."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", Templates())
        patch.setattr(Rule, "_compile_builder", builders_kept(Rule._compile_builder))
        yield


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    with running(create_app(config)) as app:
        yield app


@contextmanager
def running(app: Flask) -> Iterator[Flask]:
    """An app of this process, up to its end."""
    parts: Parts = app.extensions["parley"]
    yield app
    parts.answers.farewell(0)
    parts.removal.end()
    parts.archive.database.close()


@pytest.fixture
def alice(app: Flask) -> Person:
    """Somebody who talks to a model."""
    return Person(app)


@pytest.fixture
def stranger(app: Flask) -> Person:
    """Somebody else, who must see nothing of it."""
    return Person(app)


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def _migrate(url: str) -> None:
    database = Database(Config.from_env({"DATABASE_URL": url}).database_url)
    schema.upgrade(database)
    database.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Function]) -> None:
    """Run what is marked so in one place only: in all of them the suite would take longer than anybody waits."""
    for item in items:
        if _is_beyond_python(item):
            item.add_marker("beyond_python")
        if company := _company_of(item):
            item.add_marker(pytest.mark.xdist_group(company))
    twice = {item for item in items if _is_elsewhere(item)}
    config.hook.pytest_deselected(items=list(twice))
    items[:] = [item for item in items if item not in twice]


def _is_elsewhere(item: pytest.Function) -> bool:
    place = item.callspec.params if hasattr(item, "callspec") else {}
    if item.get_closest_marker("on_sqlite"):
        return place.get("database_url") == "postgresql"
    return bool(item.get_closest_marker("as_on_a_dyno") and place.get("standing") == ("flask", "sqlite"))


def _is_beyond_python(item: pytest.Function) -> bool:
    """Whether it needs a browser, or PostgreSQL, in a folder of such tests or by itself."""
    place = item.callspec.params.values() if hasattr(item, "callspec") else ()
    is_among_such = not BEYOND_PYTHON.isdisjoint(item.path.relative_to(HERE).parts)
    return is_among_such or "postgresql" in place or "postgresql" in item.fixturenames


def _company_of(item: pytest.Function) -> str | None:
    """What it has in common with others: they run in one process of the suite, where that is started once."""
    uses = set(item.fixturenames)
    if "standing" in uses:
        return "the standing app"
    if uses & {"site", "stage"}:
        return "people at the sites"
    return "people at browsers" if "browser" in uses else None
