"""The HTML of finished answers is kept: whoever shows them next need not render them, whatever process that is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import ceil

import orjson
import pytest
from flask import Flask
from sqlalchemy import delete, event, select, text, update

from app import create_app
from parley.config import Config
from parley.database import Database
from parley.markdown import blocks, imprint
from parley.markdown.sanitizing import sanitized
from parley.tables import messages, renderings
from tests.attacks import ATTACKS
from tests.conftest import running
from tests.people import EVENTS, Person, events_of
from tests.test_deleting import a_minute_passes, rows
from tests.test_lists import database, option
from tests.test_lists import press as press_option
from tests.test_seen import answers, press
from tests.test_shares import share
from tests.trees import Fields, answer, brought_back, question
from tests.upstream import Upstream
from tests.waiting import eventually

ALTERED = "<p>As it is kept.</p>"
AT_ONCE = 20  # attacks in one answer


def kept(app: Flask) -> dict[str, list[str]]:
    """The blocks that are kept, by the words that they are of, where they are of these and made by this code."""
    asked = select(messages.c.text, renderings.c.imprint, renderings.c.blocks).join(
        renderings, renderings.c.message_id == messages.c.id
    )
    with database(app).reading() as connection:
        rows = connection.execute(asked).all()
    return {row.text: orjson.loads(row.blocks) for row in rows if row.imprint == imprint(row.text)}


def alter(app: Flask, **values: str) -> None:
    """Write into all that is kept, past the app."""
    with database(app).writing() as connection:
        connection.execute(update(renderings).values({"blocks": orjson.dumps([ALTERED]).decode(), **values}))


def exchange(count: int) -> Iterator[Fields]:
    """So many questions with their answers, no two of them the same."""
    for number in range(count):
        yield question(f"q{number}", "And?", f"a{number - 1}" if number else None)
        yield answer(f"a{number}", f"*{number}*", f"q{number}")


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that a database is given meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


@contextmanager
def kept_from_writing(app: Flask, lock: str) -> Iterator[None]:
    """Somebody else is at it: they write into SQLite, or have locked something in PostgreSQL."""
    with database(app).writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(lock))
        yield


def only_read(url: str) -> str:
    """The address by which a database can be read and not written."""
    if url.startswith("sqlite"):
        return f"sqlite:///file:{url.removeprefix('sqlite:///')}?mode=ro&uri=true"
    return f"{url}&options=-c%20default_transaction_read_only%3Don"


def forget(app: Flask) -> None:
    """Leave as much as there is after an upgrade from a release that kept no HTML."""
    with database(app).writing() as connection:
        connection.execute(delete(renderings))


def test_the_html_of_an_answer_is_kept_with_its_end(app: Flask, alice: Person, upstream: Upstream) -> None:
    upstream.says("So it *is*.\n\n- One", "\n- Two")
    assert alice.hear("Is it?")[-1][0] == "end"
    assert kept(app) == {
        "So it *is*.\n\n- One\n- Two": ["<p>So it <em>is</em>.</p>", "<ul><li>One</li><li>Two</li></ul>"]
    }


def test_what_is_kept_is_shown_on_every_page_and_not_rendered_again(
    app: Flask, alice: Person, stranger: Person
) -> None:
    here = alice.say("Hello")
    link = share(alice, here)
    alter(app)
    for address in (here, f"{here}?at=", f"{here}.html"):
        assert ALTERED in alice.open(address).html
    assert ALTERED in stranger.open(link).html
    assert ALTERED not in alice.open(f"{here}.json").html


@pytest.mark.parametrize("values", [{"imprint": "0" * 32}, {"imprint": imprint("Other words")}], ids=["code", "words"])
def test_what_other_code_made_or_of_other_words_is_never_shown_and_replaced(
    app: Flask, alice: Person, values: dict[str, str]
) -> None:
    here = alice.say("Hello")
    link = share(alice, here)
    for address in (here, f"{here}.html", link):
        alter(app, **values)
        html = alice.open(address).html
        assert (ALTERED in html, "<p>Hello there.</p>" in html) == (False, True), address
        assert kept(app) == {"Hello there.": ["<p>Hello there.</p>"]}


def test_what_was_said_before_there_was_html_is_rendered_once(app: Flask, alice: Person, upstream: Upstream) -> None:
    here = "/"
    for number in range(3):
        upstream.says(f"Answer **{number}**.")
        here = alice.say("And?", here)
    whole = kept(app)
    forget(app)
    alice.open(here)
    assert kept(app) == whole
    alter(app)
    assert alice.open(here).html.count(ALTERED) == 3


def test_whoever_sees_it_first_after_an_upgrade_sees_to_it_for_all(app: Flask, alice: Person, stranger: Person) -> None:
    here = alice.say("Hello")
    link = share(alice, here)
    for reader, address in ((alice, here), (alice, f"{here}.html"), (stranger, link)):
        forget(app)
        assert "<p>Hello there.</p>" in reader.open(address).html
        assert kept(app) == {"Hello there.": ["<p>Hello there.</p>"]}


def test_an_answer_that_goes_on_is_kept_as_a_whole(app: Flask, alice: Person, upstream: Upstream) -> None:
    upstream.says("So *far", finish="length")
    here = alice.say("How far?")
    assert kept(app) == {"So *far": ["<p>So *far</p>"]}
    upstream.says("* and further.")
    press(alice, here, "/continue")
    assert kept(app) == {"So *far* and further.": ["<p>So <em>far</em> and further.</p>"]}
    assert "<p>So <em>far</em> and further.</p>" in alice.open(here).html


def test_an_answer_that_is_running_is_shown_as_far_as_it_has_come(
    app: Flask, alice: Person, upstream: Upstream
) -> None:
    upstream.says("So far", " and further.")
    upstream.stalls_after(1)
    response = alice.send("How far?", headers=EVENTS)
    told = events_of(response)
    here = next(told)[1]["url"]
    assert eventually(lambda: "<p>So far</p>" in alice.open(here).html)
    assert kept(app) == {}
    upstream.release()
    assert list(told)[-1][0] == "end"
    assert "<p>So far and further.</p>" in alice.open(here).html


def test_each_branch_has_what_is_kept_of_it(app: Flask, alice: Person, upstream: Upstream) -> None:
    here = alice.say("Hello")
    upstream.says("Another.")
    alice.say("Hello again", here, parent="")
    assert set(kept(app)) == {"Hello there.", "Another."}
    alter(app)
    first = answers(alice, here)[0]["id"]
    for address in (here, f"{here}?at={first}"):
        assert alice.open(address).html.count(ALTERED) == 1


def test_a_page_asks_no_more_of_the_database_for_more_messages(app: Flask, alice: Person) -> None:
    asked = []
    for count in (2, 30):
        here = brought_back(alice, *exchange(count))
        for _first_and_second in range(2):
            with counted(database(app)) as statements:
                alice.open(here)
            asked.append(len(statements))
    assert asked[:2] == asked[2:]


def test_nothing_is_left_of_it_when_its_conversation_is_gone(app: Flask, alice: Person) -> None:
    alice.say("Stays")
    press_option(alice, option(alice, alice.say("Goes"), "/delete"))
    assert rows(app)["renderings"] == 2
    a_minute_passes(app)
    alice.open("/conversations")
    assert eventually(lambda: rows(app)["renderings"] == 1)


@pytest.mark.parametrize(
    "lock", ["LOCK TABLE renderings IN SHARE MODE", "SELECT id FROM messages FOR UPDATE"], ids=["table", "messages"]
)
def test_a_page_is_shown_while_others_keep_its_html_from_being_written(app: Flask, alice: Person, lock: str) -> None:
    here = alice.say("Hello")
    forget(app)
    with kept_from_writing(app, lock):
        assert "<p>Hello there.</p>" in alice.open(here).html
    assert kept(app) == {}
    assert "<p>Hello there.</p>" in alice.open(here).html


def test_what_may_only_be_read_is_shown_and_a_message_refused(app: Flask, alice: Person, config: Config) -> None:
    here = alice.say("Hello")
    forget(app)
    with running(create_app(replace(config, database_url=only_read(config.database_url)))) as reading:
        reader = alice.at(reading)
        assert "<p>Hello there.</p>" in reader.open(here).html
        assert reader.send("Keep this", here).status_code == 503
    assert kept(app) == {}


@pytest.mark.on_sqlite
def test_what_is_kept_of_an_attack_went_through_the_sanitiser(app: Flask, alice: Person, upstream: Upstream) -> None:
    for first in range(0, len(ATTACKS), AT_ONCE):
        attack = "\n\n".join(ATTACKS[first : first + AT_ONCE])
        upstream.says(*(attack[start : start + 7] for start in range(0, len(attack), 7)))
        alice.hear("Attack")
    everything = kept(app)
    assert len(everything) == ceil(len(ATTACKS) / AT_ONCE)
    for words, html in everything.items():
        assert html == blocks(words)
        assert [sanitized(block) for block in html] == html
