"""How long things are kept: for ever, or as many days as the operator says; and that nothing of them is left then."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, update

from app import create_app
from parley.archive import Archive
from parley.config import Config, ConfigError
from parley.database import Database
from parley.removal import Removal
from parley.tables import conversations, images, shares
from tests.conftest import SECRET, running
from tests.people import Person
from tests.test_deleting import a_minute_passes, rows
from tests.test_lists import change, database, many, option, press, titles
from tests.upstream import Upstream
from tests.waiting import eventually

DAYS = 30
OLD = timedelta(days=DAYS, seconds=1)


@pytest.fixture
def config(upstream: Upstream, database_url: str) -> Config:
    env = {"SECRET_KEY": SECRET, "DATABASE_URL": database_url, "RETENTION_DAYS": str(DAYS)}
    return Config.from_env(env | upstream.env)


@pytest.fixture
def for_ever(config: Config, upstream: Upstream) -> Iterator[Flask]:
    """The same app, without a day on which things end."""
    env = {"SECRET_KEY": SECRET, "DATABASE_URL": config.database_url, **upstream.env}
    with running(create_app(Config.from_env(env))) as app:
        yield app


def clean(app: Flask) -> str:
    done = app.test_cli_runner().invoke(args=["clean"])
    assert done.exit_code == 0, done.output
    return done.output


def illustrate_and_share(app: Flask, here: str) -> None:
    """Give a conversation an image and a link."""
    now = {"conversation_id": here[-36:], "created_at": datetime.now(UTC), "visitor": "somebody"}
    image = {"id": "i", "position": 0, "media_type": "image/png", "width": 1, "height": 1, "alt": "", "bytes": b"1"}
    with database(app).writing() as connection:
        connection.execute(insert(images).values(now | image))
        connection.execute(insert(shares).values(now | {"id": "s", "title": "Old", "snapshot": "{}"}))


def grow_old(app: Flask, here: str, age: timedelta = OLD) -> None:
    change(app, here, updated_at=datetime.now(UTC) - age)


def test_what_was_silent_for_so_long_goes_with_all_that_hangs_on_it_also_if_it_is_pinned(
    app: Flask, alice: Person
) -> None:
    alice.say("Stays")
    half = rows(app)
    here = alice.say("Goes")
    illustrate_and_share(app, here)
    press(alice, option(alice, here, "/pin"))
    grow_old(app, here)
    assert clean(app) == "Removed 1 conversation.\n"
    assert rows(app) == half
    assert titles(alice.open("/conversations")) == ["Stays"]
    assert clean(app) == "Removed 0 conversations.\n"


def test_a_word_in_it_keeps_a_conversation_and_another_title_does_not(app: Flask, alice: Person) -> None:
    spoken, renamed = alice.say("Spoken in"), alice.say("Renamed")
    for here in (spoken, renamed):
        grow_old(app, here)
    alice.say("Still here", spoken)
    press(alice, option(alice, renamed, "/title"), title="Another")
    clean(app)
    assert titles(alice.open("/conversations")) == ["Spoken in"]


def leave_it_to_the_command(app: Flask) -> None:
    """Or the process, which has been asked to look, may have seen to it before."""
    app.extensions["parley"].removal.end()


def test_the_process_sees_to_it_by_itself(app: Flask, alice: Person) -> None:
    alice.open()
    many(app, alice, 120, datetime.now(UTC) - OLD)
    alice.say("Stays")
    app.extensions["parley"].removal.begin()
    assert eventually(lambda: rows(app)["conversations"] == 1)


def test_it_waits_for_the_day(app: Flask, alice: Person) -> None:
    here = alice.say("Goes in a moment")
    grow_old(app, here, timedelta(days=DAYS) - timedelta(seconds=0.5))
    app.extensions["parley"].removal.begin()
    assert rows(app)["conversations"] == 1
    assert eventually(lambda: rows(app)["conversations"] == 0)


def test_unless_it_is_set_everything_is_kept(for_ever: Flask, app: Flask, alice: Person) -> None:
    here = alice.say("Goes only where that is set")
    leave_it_to_the_command(app)
    grow_old(app, here, timedelta(days=10_000))
    assert clean(for_ever) == "Removed 0 conversations.\n"
    assert "is deleted" not in alice.at(for_ever).open("/conversations").words
    assert clean(app) == "Removed 1 conversation.\n"


def test_pages_tell_visitors_how_long_things_are_kept(alice: Person) -> None:
    here = alice.say("Hello")
    told = "A conversation in which nothing is said for 30 days is deleted, also if it is pinned."
    assert told in alice.open("/conversations").words
    assert told in alice.open(f"{here}/options").words


def test_what_visitors_deleted_and_images_that_were_never_sent_go_too(app: Flask, alice: Person) -> None:
    press(alice, option(alice, alice.say("Deleted"), "/delete"))
    assert clean(app) == "Removed 0 conversations.\n", "it can be undone for a minute"
    leave_it_to_the_command(app)
    a_minute_passes(app)
    illustrate_and_share(app, alice.say("Stays"))
    with database(app).writing() as connection:
        connection.execute(
            update(images).values(message_id=None, conversation_id=None, created_at=datetime.now(UTC) - OLD)
        )
    assert clean(app) == "Removed 1 conversation.\n"
    assert (rows(app)["conversations"], rows(app)["images"]) == (1, 0)


def test_two_that_clean_at_once_do_each_other_no_harm(app: Flask, alice: Person, config: Config) -> None:
    alice.open()
    many(app, alice, 300, datetime.now(UTC) - OLD)
    here = alice.say("Stays")
    removed: list[int] = []

    def remove() -> None:
        archive = Archive(Database(config.database_url))
        removed.append(Removal(archive, timedelta(days=DAYS)).clean())
        archive.database.close()

    both = [threading.Thread(target=remove) for _ in range(2)]
    for one in both:
        one.start()
    alice.say("Meanwhile", here)
    for one in both:
        one.join()
    assert sum(removed) == 300, "each was removed by one of them"
    assert alice.open(here).questions == ["Stays", "Meanwhile"]


@pytest.mark.on_sqlite
def test_no_word_of_what_is_gone_is_left_in_the_files_of_the_database(
    app: Flask, alice: Person, tmp_path: Path, upstream: Upstream
) -> None:
    upstream.says("An axolotl is a salamander. " * 400)
    for number in range(3):
        alice.finish(alice.say(f"What is an axolotl? {number}"))
    upstream.says("Newts are amphibians.")
    stays = alice.say("And a newt?")
    alice.finish(stays)
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("parley.db*"))
    assert b"xolotl" in everything
    with database(app).writing() as connection:
        older = conversations.c.id != stays[-36:]
        connection.execute(update(conversations).where(older).values(updated_at=datetime.now(UTC) - OLD))
    assert clean(app) == "Removed 3 conversations.\n"
    left = b"".join(path.read_bytes() for path in tmp_path.glob("parley.db*"))
    for trace in (b"xolotl", b"salamander"):
        assert trace not in left
    assert b"amphibians" in left
    assert titles(alice.open("/conversations?q=newts")) == ["And a newt?"]


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "a month", "36501", "99999999999999999999"])
def test_a_number_of_days_that_makes_no_sense_stops_the_start(days: str) -> None:
    with pytest.raises(ConfigError, match="RETENTION_DAYS must be"):
        Config.from_env({"RETENTION_DAYS": days})
