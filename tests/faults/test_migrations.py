"""When a database is not what this release expects: it is empty, and two processes see it at once, or it is old.

tests/test_commands.py has what is said of a database from a later release.
"""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config as Alembic
from flask import Flask
from sqlalchemy import text

from app import create_app
from parley import schema
from parley.config import Config
from parley.database import Database
from tests.people import Person
from tests.processes import ROOT
from tests.upstream import Upstream

MIGRATE = [".venv/bin/flask", "--app", "app", "migrate"]
VISITOR, CONVERSATION = str(uuid4()), str(uuid4())
COLUMNS = "id, conversation_id, parent_id, role, text, reasoning, state, model, error, stop_requested, created_at"
OLD_CONVERSATION = "INSERT INTO conversations VALUES (:id, :visitor, 'An old question?', :now, :now)"
OLD_MESSAGE = f"INSERT INTO messages ({COLUMNS}) VALUES ({', '.join(f':{name}' for name in COLUMNS.split(', '))})"


@pytest.fixture
def database_url(bare_database_url: str) -> str:
    """Not one of this release, as other tests get it."""
    return bare_database_url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(Config.from_env({"DATABASE_URL": database_url}).database_url)
    yield database
    database.close()


@pytest.fixture
def old_database(database: Database) -> Database:
    """A database of the first release, with a conversation of that time."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    question = _message("user", "An old question?", now)
    answer = _message("assistant", "An **old** answer.", now, parent_id=question["id"], model="dodo-1")
    other = _message("assistant", "Half an ans", now, parent_id=question["id"], state="interrupted", error="It broke.")
    with database.exclusive() as connection:
        alembic = Alembic()
        alembic.set_main_option("script_location", str(ROOT / "migrations"))
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "0001")
        connection.execute(text(OLD_CONVERSATION), {"id": CONVERSATION, "visitor": VISITOR, "now": now})
        connection.execute(text(OLD_MESSAGE), [question, answer, other])
    return database


@pytest.fixture
def app(old_database: Database, config: Config) -> Iterator[Flask]:
    schema.upgrade(old_database)
    app = create_app(config)
    yield app
    app.extensions["parley"].archive.database.close()


@pytest.fixture
def alice(app: Flask) -> Person:
    """Somebody who has been here since the first release."""
    alice = Person(app)
    with alice.client.session_transaction() as session:
        session["visitor"] = VISITOR
    return alice


def test_two_processes_that_migrate_at_once_both_succeed(database: Database, database_url: str, tmp_path: Path) -> None:
    env = {"PATH": "/usr/bin:/bin", "DATABASE_URL": database_url}
    with (tmp_path / "log").open("w") as log:
        migrations = [subprocess.Popen(MIGRATE, cwd=ROOT, env=env, stdout=log, stderr=log) for _ in range(2)]
        statuses = [migration.wait(60) for migration in migrations]
    assert statuses == [0, 0], (tmp_path / "log").read_text()
    database.check()


def test_a_database_from_the_first_release_is_upgraded_with_all_its_data(alice: Person, upstream: Upstream) -> None:
    here = f"/conversations/{CONVERSATION}"
    assert alice.open().links["An old question?"] == here
    page = alice.open(here)
    assert page.questions == ["An old question?"]
    assert "Half an ans" in page.words
    assert "It broke." in page.words
    kept = alice.client.get(f"{here}.json").get_json()["messages"]
    assert [(one["text"], one["model"], one["state"]) for one in kept] == [
        ("An old question?", None, "complete"),
        ("An **old** answer.", "dodo-1", "complete"),
        ("Half an ans", None, "interrupted"),
    ]
    assert {one["at"] for one in kept} == {"2026-11-01T00:00:00+00:00"}


@pytest.mark.parametrize("action", ["retry", "continue"])
def test_an_answer_from_the_first_release_can_be_asked_for_again(
    alice: Person, upstream: Upstream, action: str
) -> None:
    upstream.says("wer.")
    here = f"/conversations/{CONVERSATION}"
    form = alice.open(here).form(f"/{action}")
    alice.client.post(form.action, data=form.fields)
    alice.finish(here)
    assert "wer." in alice.open(here).words
    alice.say("And now?", here)
    assert alice.open(here).questions == ["An old question?", "And now?"]


def _message(role: str, words: str, now: datetime, **fields: object) -> dict[str, object]:
    blank = {"parent_id": None, "reasoning": "", "state": "complete", "model": None, "error": None}
    row = {"id": str(uuid4()), "conversation_id": CONVERSATION, "role": role, "text": words, "stop_requested": False}
    return blank | row | {"created_at": now} | fields
