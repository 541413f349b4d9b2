"""`flask doctor` on the database, its tables and its connections."""

import pytest
from sqlalchemy import text

from parley import schema
from parley.config import Config
from parley.database import Database
from tests.doctor.finding import BEHIND_A_CODE, findings, troubles
from tests.upstream import Upstream


def test_it_has_nothing_to_say_of_what_is_well(home: dict[str, str]) -> None:
    assert troubles(home) == {}


def test_tables_of_another_release_are_noticed(upstream: Upstream, bare_database_url: str) -> None:
    env = {**upstream.env, "DATABASE_URL": bare_database_url}
    assert "flask --app app migrate" in troubles(env)["migrations", "broken"]
    database = Database(Config.from_env(env).database_url)
    schema.upgrade(database)
    assert troubles(env) == {}
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    assert "migrated by a later one" in troubles(env)["migrations", "broken"]


def test_one_that_is_out_of_reach(upstream: Upstream) -> None:
    env = {**upstream.env, "DATABASE_URL": "postgres://someone:hush@127.0.0.1:1/db"}
    assert "can't be reached" in troubles(env)["database", "broken"]
    assert "hush" not in str(findings(env))


@pytest.mark.on_sqlite
def test_a_file_that_the_dyno_will_lose(home: dict[str, str]) -> None:
    assert "heroku addons:create heroku-postgresql" in troubles(home | BEHIND_A_CODE)["database", "broken"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_more_connections_than_it_allows_or_than_they_may_be(home: dict[str, str]) -> None:
    assert "DATABASE_CONNECTIONS=29" in troubles(home | {"DATABASE_CONNECTIONS": "900"})["database", "broken"]
    found = troubles(home | {"WEB_CONCURRENCY": "9"})["database", "warning"]
    assert "9 processes of a dyno may open 18 connections, more than DATABASE_CONNECTIONS" in found
    assert "WEB_CONCURRENCY=7" in found
