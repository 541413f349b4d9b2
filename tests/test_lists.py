"""The list of conversations: its groups, its order, its pages, and what a visitor makes of it."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert, update

from parley.conversation import Heading, by_day
from parley.database import Database
from parley.tables import conversations
from tests.people import EVENTS, Form, Page, Person
from tests.test_pages import NOBODYS
from tests.upstream import Upstream

LONG = "a" * 201


CONVERSATION = re.compile(r"/conversations/[0-9a-f-]{36}(\?at=[^&]*)?(#.*)?")


def database(app: Flask) -> Database:
    kept: Database = app.extensions["parley"].archive.database
    return kept


def change(app: Flask, conversation: str, **values: Any) -> None:
    """Write into the row of a conversation, past the app."""
    with database(app).writing() as connection:
        at = conversations.c.id == conversation.rsplit("/", 1)[-1]
        connection.execute(update(conversations).where(at).values(values))


def press(person: Person, form: Form, **changes: str) -> Page:
    """Submit a form, and read the page that it leads to."""
    response = person.client.post(form.action, data=form.fields | changes)
    assert response.status_code == 303, response.text
    return person.open(response.location)


def option(person: Person, conversation: str, ending: str) -> Form:
    """A form on the page of options."""
    return person.open(f"{conversation}/options").form(ending)


def titles(page: Page) -> list[str]:
    """The conversations in a list, from top to bottom."""
    return [name for name, address in page.links.items() if name and CONVERSATION.fullmatch(address)]


def many(app: Flask, person: Person, count: int, at: datetime | None = None) -> None:
    """Conversations that somebody has, each ten seconds older than the one before."""
    with person.client.session_transaction() as session:
        visitor = session["visitor"]
    now = at or datetime.now(UTC)
    moments = [now - timedelta(seconds=10 * number) for number in range(count)]
    rows = [
        {
            "id": str(UUID(int=number)),
            "visitor": visitor,
            "title": f"Number {number}",
            "created_at": at,
            "updated_at": at,
        }
        for number, at in enumerate(moments)
    ]
    with database(app).writing() as connection:
        connection.execute(insert(conversations), rows)


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("2026-11-23T00:00:01", "Today"),
        ("2026-11-24T00:30:00", "Today"),  # by a clock that is ahead of ours
        ("2026-11-22T23:59:59", "Yesterday"),
        ("2026-11-21T12:00:00", "Previous 7 days"),
        ("2026-11-16T00:00:00", "Previous 7 days"),
        ("2026-11-15T23:59:59", "Older"),
    ],
)
def test_a_conversation_is_listed_under_its_day(at: str, name: str) -> None:
    heading = Heading("x", "Hello", datetime.fromisoformat(at).replace(tzinfo=UTC))
    groups = by_day([heading], date(2026, 11, 23))
    assert [group.name for group in groups if group.headings] == [name]


def test_today_is_there_before_anything_was_said() -> None:
    assert [group.name for group in by_day([], date(2026, 11, 23))] == ["Today"]


def test_pinned_conversations_come_first_then_the_latest(app: Flask, alice: Person) -> None:
    first, second, third = (alice.say(text) for text in ("One", "Two", "Three"))
    change(app, second, updated_at=datetime.now(UTC) - timedelta(days=1))
    page = press(alice, option(alice, first, "/pin"))
    assert titles(page) == ["One", "Three", "Two"]
    assert page.words.index("Pinned") < page.words.index("Today") < page.words.index("Yesterday")
    page = press(alice, option(alice, first, "/unpin"))
    assert titles(page) == ["Three", "One", "Two"]
    assert "Pinned" not in page.words
    assert page.links["Options for Three"] == f"{third}/options"


def test_no_more_than_fifty_can_be_pinned(app: Flask, alice: Person) -> None:
    here = alice.say("One more")
    many(app, alice, 50)
    with database(app).writing() as connection:
        connection.execute(
            update(conversations).where(conversations.c.title != "One more").values(pinned_at=datetime.now(UTC))
        )
    form = option(alice, here, "/pin")
    response = alice.client.post(form.action, data=form.fields)
    assert response.status_code == 422
    assert "Unpin another one first." in response.text


def test_a_title_given_by_hand_stays(alice: Person) -> None:
    here = alice.say("Hello")
    page = press(alice, option(alice, here, "/title"), title="  Greetings,\r\n and\0 <b>more</b>  ")
    assert titles(page) == ["Greetings, and� <b>more</b>"]
    told = alice.hear("And then?", here)
    assert told[0][1]["title"] == "Greetings, and� <b>more</b>"
    assert titles(alice.open()) == ["Greetings, and� <b>more</b>"]


@pytest.mark.parametrize(("title", "words"), [("", "The title is empty."), (" \n ", "empty"), (LONG, "201 characters")])
def test_a_title_that_can_not_be_kept_is_refused_in_words(alice: Person, title: str, words: str) -> None:
    here = alice.say("Hello")
    form = option(alice, here, "/title")
    response = alice.client.post(form.action, data=form.fields | {"title": title})
    assert response.status_code == 422
    assert words in response.text
    assert Page(response.text).form("/title").fields["title"].strip() == title.strip(), "what was typed is still there"
    response = alice.client.post(form.action, data=form.fields | {"title": title}, headers=EVENTS)
    assert response.get_json()["error"]["kind"] == "title_refused"
    assert titles(alice.open()) == ["Hello"]


def test_nobody_else_can_do_anything_with_a_conversation(alice: Person, stranger: Person) -> None:
    here = alice.say("Hello")
    token = stranger.open().form("/turns").fields["csrf_token"]
    for action in ("title", "pin", "unpin", "delete", "restore"):
        for address in (here, f"/conversations/{NOBODYS}"):
            response = stranger.client.post(f"{address}/{action}", data={"csrf_token": token, "title": "Mine"})
            assert response.status_code == 404, action
        assert titles(alice.open()) == ["Hello"], action
    assert titles(stranger.open("/conversations")) == []


@pytest.mark.parametrize("action", ["title", "pin", "unpin", "delete", "restore"])
def test_a_script_is_told_no_more_than_that_it_is_done(alice: Person, action: str) -> None:
    here = alice.say("Hello")
    fields = option(alice, here, "/title").fields | {"title": "Bye"}
    if action == "restore":
        alice.client.post(f"{here}/delete", data=fields)
    response = alice.client.post(f"{here}/{action}", data=fields, headers={"Accept": "application/json"})
    assert (response.status_code, response.text) == (204, "")


def test_the_list_comes_in_pages_and_leaves_none_out(app: Flask, alice: Person) -> None:
    here = alice.say("Pinned")
    press(alice, option(alice, here, "/pin"))
    many(app, alice, 250)
    assert len(titles(alice.open())) == 51
    address, seen, pages = "/conversations", [], 0
    while address:
        page = alice.open(address)
        seen += titles(page)
        address, pages = page.links.get("Older conversations", ""), pages + 1
    assert seen == ["Pinned", *(f"Number {number}" for number in range(250))]
    assert pages == 3


def test_conversations_of_one_moment_are_each_listed_once(app: Flask, alice: Person) -> None:
    alice.open()
    many(app, alice, 150)
    with database(app).writing() as connection:
        connection.execute(update(conversations).values(updated_at=datetime.now(UTC)))
    page = alice.open("/conversations")
    seen = titles(page) + titles(alice.open(page.links["Older conversations"]))
    assert len(seen) == len(set(seen)) == 150


def test_a_place_in_the_list_that_makes_no_sense_breaks_nothing(alice: Person) -> None:
    alice.say("Hello")
    for before in ("7", "x", "9" * 30, f"{'9' * 17}-{NOBODYS}", "1-\0", "-", f"1-{NOBODYS}'"):
        for address in ("/conversations?before=", "/conversations?q=hello&before="):
            assert alice.client.get(address + before).status_code in (200, 404), address + before


def test_an_empty_list_says_so(alice: Person) -> None:
    page = alice.open("/conversations")
    assert "There are no conversations." in page.words
    assert "Delete" not in page.words


def test_a_list_reads_nothing_of_what_was_said(app: Flask, alice: Person, upstream: Upstream) -> None:
    upstream.says("b" * 10_000)
    alice.say("a" * 10_000)
    assert len(alice.open("/conversations").html) < 6_000
