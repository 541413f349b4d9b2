"""docs/deploying.md prints what the doctor says of six set-ups: it is what the command prints of them today.

`python -m pytest tests/doctor/test_docs.py -vv` shows what has to stand there.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from werkzeug.serving import make_server

from app import create_app
from parley import schema
from parley.config import Config
from parley.database import Database
from tests.conftest import running
from tests.doctor.finding import BEHIND_A_CODE, SECRET_KEY
from tests.doctor.test_way import answering
from tests.postgresql import PostgreSQL
from tests.processes import ROOT
from tests.upstream import Upstream

EXAMPLE = re.compile(r"^### ([^\n]+)\n[^#]*?```text\n(.*?)```", re.MULTILINE | re.DOTALL)
OUTPUTS = dict(EXAMPLE.findall((ROOT / "docs/deploying.md").read_text()))
AT_ONCE = b"event: piece\ndata: 0\n\n" * 4


@pytest.fixture(scope="module")
def small_plan(postgresql: PostgreSQL) -> str:
    """A database that allows twenty connections, as the smallest plan of Heroku's does."""
    url = postgresql.new_database()
    with psycopg.connect(url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 20").format(name))
    database = Database(Config.from_env({"DATABASE_URL": url}).database_url)
    schema.upgrade(database)
    database.close()
    return url


@pytest.fixture
def on_heroku(upstream: Upstream, small_plan: str) -> dict[str, str]:
    env = {"SECRET_KEY": SECRET_KEY, "DATABASE_URL": small_plan, "WEB_CONCURRENCY": "2"}
    return {**env, **upstream.env, **BEHIND_A_CODE}


def test_all_is_well(on_heroku: dict[str, str]) -> None:
    with app_of(on_heroku) as app, served(app) as url:
        assert_it_prints("All is well", app, 0, "--url", url)


def test_nothing_is_attached(upstream: Upstream, migrated_url: str) -> None:
    with app_of({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": migrated_url, **BEHIND_A_CODE}) as app:
        assert_it_prints("Nothing is attached", app, 1)


def test_the_key_is_an_old_one(on_heroku: dict[str, str], upstream: Upstream) -> None:
    upstream.key = "inf-another"
    with app_of(on_heroku | {"ACESS_CODE": "open sesame", "ACCESS_CODE": ""}) as app:
        assert_it_prints("The key is an old one", app, 1)


def test_the_release_phase_was_left_out(on_heroku: dict[str, str], postgresql: PostgreSQL) -> None:
    with app_of(on_heroku | {"DATABASE_URL": postgresql.new_database(), "INFERENCE_MODEL_ID": "dodo-1"}) as app:
        assert_it_prints("The tables are missing, and a model is gone", app, 1)


def test_too_much_is_asked_of_the_database(on_heroku: dict[str, str]) -> None:
    careless = {"DATABASE_CONNECTIONS": "40", "SECRET_KEY": "changeme"}
    with app_of(on_heroku | careless) as app, answering(200, AT_ONCE) as url:
        assert_it_prints("The database is too small, and something holds answers back", app, 1, "--url", url)


def test_a_laptop_without_the_way_out(migrated_url: str) -> None:
    nowhere = {"INFERENCE_URL": "http://127.0.0.1:9", "INFERENCE_KEY": "local"}
    with app_of({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": migrated_url, **nowhere}) as app:
        assert_it_prints("On a laptop, and the model's server is not running", app, 1)


@pytest.fixture
def migrated_url(migrated_file: object) -> str:
    return f"sqlite:///{migrated_file}"


def assert_it_prints(heading: str, app: Flask, status: int, *arguments: str) -> None:
    result = app.test_cli_runner().invoke(args=["doctor", *arguments])
    assert result.exit_code == status
    assert re.sub(r"after \d+\.\d\d s", "after 0.42 s", result.stdout) == OUTPUTS[heading]


@contextmanager
def app_of(env: dict[str, str]) -> Iterator[Flask]:
    with running(create_app(Config.from_env(env))) as app:
        yield app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
