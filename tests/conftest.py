"""The world of the tests: an upstream that runs, a database of each kind, an app, and somebody who uses it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app import create_app
from parley import schema
from parley.config import Config
from parley.parts import Parts
from tests.people import Person
from tests.postgresql import PostgreSQL
from tests.upstream import Upstream

SECRET = "a secret of the tests"

pytest_plugins = ["tests.browsers"]


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


@pytest.fixture(params=["sqlite", "postgresql"] if PostgreSQL.is_installed() else ["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/parley.db"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.empty_database()


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
    return Config.from_env({"SECRET_KEY": SECRET, "DATABASE_URL": database_url, **upstream.env})


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    app = create_app(config)
    parts: Parts = app.extensions["parley"]
    schema.upgrade(parts.archive.database)
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
