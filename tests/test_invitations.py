"""Whoever has a link from the operator may come in for a while, and say so much."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import update

from app import create_app
from parley.config import Config
from parley.rates import read_rates
from parley.tables import invitations
from tests.conftest import running
from tests.people import EVENTS, Page, Person
from tests.upstream import Upstream

CODE = "open sesame"


@pytest.fixture
def config(config: Config) -> Config:
    """An app for those who are invited: nobody knows the code."""
    return replace(config, access_code=CODE)


@pytest.fixture
def open_app(config: Config) -> Iterator[Flask]:
    with running(create_app(replace(config, access_code=None))) as app:
        yield app


def invite(app: Flask, *options: str) -> str:
    """The address that a new invitation leads to."""
    result = app.test_cli_runner().invoke(args=["invite", *options])
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def accept(person: Person, link: str) -> Person:
    form = person.open(link).form(link)
    assert person.client.post(form.action, data=form.fields).location == "/"
    return person


def change(app: Flask, **values: object) -> None:
    """What time does to an invitation, and others who use it."""
    with app.extensions["parley"].archive.database.writing() as connection:
        connection.execute(update(invitations).values(**values))


def run(runner: FlaskCliRunner, *args: str) -> Result:
    return runner.invoke(args=[*args])


def test_a_link_leads_past_the_door_and_so_many_messages_far(
    app: Flask, alice: Person, stranger: Person, upstream: Upstream
) -> None:
    link = invite(app, "--messages", "6")
    page = alice.open(link)
    assert "You are invited to chat here until" in page.words
    assert "6 messages are left, for all who have this link." in page.words
    assert alice.client.get("/").status_code == 401  # by looking nothing is accepted
    accept(alice, link)
    here = alice.say("One")
    assert "Your invitation has" not in alice.open(here).words
    told = [alice.send(text, here, EVENTS).headers["Invitation"] for text in ("Two", "Three", "Four", "Five")]
    assert [words[:40] for words in told] == ["", "", "", "Your invitation has one message left, and"[:40]]
    assert "Your invitation has one message left, and ends on" in alice.open(here).words
    friend = accept(stranger, link)
    assert "One message is left." in Page(Person(app).client.get(link).text).words
    friend.say("Six")
    for person in (alice, friend):
        response = person.send("Seven", "/")
        assert response.status_code == 403
        assert "Your invitation is over: no more messages can be sent with it." in Page(response.text).words
        assert Page(response.text).form("/turns").fields["message"] == "Seven"
    assert alice.send("Seven", here, EVENTS).get_json()["error"]["kind"] == "invitation_over"
    assert len(upstream.chats) == 6
    page = alice.open(here)  # what was said can still be read
    assert page.questions == ["One", "Two", "Three", "Four", "Five"]
    assert "All messages of your invitation were sent. What was said can be read here until" in page.words
    response = Person(app).client.get(link)
    assert (response.status_code, "This invitation is used up" in response.text) == (410, True)


def test_all_who_use_a_link_at_once_say_no_more_than_it_has(app: Flask, config: Config, alice: Person) -> None:
    accept(alice, invite(app, "--messages", "3"))
    form = alice.open().form("/turns")
    with running(create_app(config)) as other, ThreadPoolExecutor(6) as pool:

        def say(number: int) -> int:
            turn = f"00000000-0000-4000-8000-{number:012}"
            address = form.action.replace(form.action.split("/")[2], turn)
            sent = form.fields | {"message": str(number), "turn": turn}
            return alice.at([app, other][number % 2]).client.post(address, data=sent).status_code

        statuses = list(pool.map(say, range(8)))
    assert (statuses.count(303), statuses.count(403)) == (3, 5)
    assert app.extensions["parley"].archive.invitations.all()[0].used == 3


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("how", "words"),
    [("expired", "This invitation has expired."), ("revoked", "This invitation was taken back.")],
)
def test_an_invitation_that_ended_is_at_the_door_with_the_text_that_was_being_sent(
    app: Flask, alice: Person, how: str, words: str
) -> None:
    link = invite(app)
    here = accept(alice, link).say("One")
    form = alice.open(here).form("/turns")
    if how == "revoked":
        assert run(app.test_cli_runner(), "uninvite", "1").stdout == "Invitation 1 is revoked.\n"
    else:
        change(app, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    response = alice.client.get(here)
    assert response.status_code == 401
    assert "Your invitation has ended. To go on, enter the access code" in Page(response.text).words
    response = alice.client.post(form.action, data=form.fields | {"message": "Two"})
    assert "Your invitation has ended. An access code is needed now. Your text is kept" in Page(response.text).words
    at_the_door = Page(response.text).forms[0]
    response = alice.client.post(at_the_door.action, data=at_the_door.fields | {"code": CODE})
    again = Page(response.text).form("/turns")
    assert again.fields["message"] == "Two"
    assert alice.client.post(again.action, data=again.fields).status_code == 303
    for person in (alice, Person(app)):
        response = person.client.get(link)
        assert (response.status_code, words in response.text) == (410, True)


@pytest.mark.on_sqlite
def test_where_others_may_come_in_a_guest_is_like_them_once_the_invitation_is_over(
    open_app: Flask, upstream: Upstream
) -> None:
    alice = accept(Person(open_app), invite(open_app, "--messages", "1"))
    here = alice.say("One")
    assert "invitation" not in alice.open(here).words
    alice.say("Two", here)
    assert open_app.extensions["parley"].archive.invitations.all()[0].used == 1


@pytest.mark.on_sqlite
def test_guests_in_one_room_are_not_counted_by_their_address(config: Config) -> None:
    limited = replace(config, visitor_limits=read_rates("3 per minute"), address_limits=read_rates("1 per day"))
    with running(create_app(limited)) as app:
        link = invite(app)
        guests = [accept(Person(app), link) for _ in range(2)]
        for guest in guests:
            here = guest.say("One")
            guest.say("Two", here)
            guest.say("Three", here)
            assert guest.send("Four", here).status_code == 429
        assert app.extensions["parley"].archive.invitations.all()[0].used == 6


@pytest.mark.on_sqlite
def test_what_is_sent_twice_or_refused_costs_an_invitation_nothing(app: Flask, alice: Person) -> None:
    form = accept(alice, invite(app)).open().form("/turns")
    for message, status in (("", 422), ("Once", 303), ("Once", 303)):
        assert alice.client.post(form.action, data=form.fields | {"message": message}).status_code == status
    assert app.extensions["parley"].archive.invitations.all()[0].used == 1


@pytest.mark.on_sqlite
def test_while_the_database_is_away_guests_keep_their_text_and_nobody_else_comes_in(
    app: Flask, config: Config, alice: Person
) -> None:
    form = accept(alice, invite(app)).open().form("/turns")
    with running(create_app(replace(config, database_url="sqlite:////nowhere/parley.db"))) as broken:
        response = alice.at(broken).client.post(form.action, data=form.fields | {"message": "Hi"})
        assert (response.status_code, Page(response.text).form("/turns").fields["message"]) == (503, "Hi")
        assert Person(broken).client.get("/").status_code == 401


@pytest.mark.on_sqlite
def test_a_link_that_nobody_made_is_no_invitation(app: Flask, config: Config, stranger: Person) -> None:
    link = invite(app)
    for wrong in ("/invitations/1", link[:-1], link + "x", "/invitations/MQ.MQ"):
        response = stranger.client.get(wrong)
        assert (response.status_code, "no link to an invitation" in response.text) == (404, True)
    response = stranger.client.post(link)
    assert (response.status_code, stranger.client.get("/").status_code) == (400, 401)
    with running(create_app(replace(config, secret_key="another"))) as changed:
        assert Person(changed).client.get(link).status_code == 404
        changed.config["SECRET_KEY_FALLBACKS"] = [config.secret_key]
        assert Person(changed).client.get(link).status_code == 200


@pytest.mark.on_sqlite
def test_a_link_is_not_in_the_log(app: Flask, alice: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "parley")
    link = invite(app)
    accept(alice, link)
    assert "path=/invitations/<token> status=200" in caplog.text
    assert link not in caplog.text


@pytest.mark.on_sqlite
def test_the_operator_makes_lists_and_revokes(app: Flask, config: Config, alice: Person) -> None:
    runner = app.test_cli_runner()
    made = run(runner, "invite", "--hours", "4", "--messages", "5", "--note", "Workshop", "--url", "https://a.example/")
    assert made.stdout.startswith("https://a.example/invitations/")
    assert made.stderr.startswith("Invitation 1: 5 messages, until 20")
    accept(alice, made.stdout.strip().removeprefix("https://a.example")).say("Hi")
    invite(app)
    run(runner, "uninvite", "2")
    listed = run(runner, "invitations").stdout.splitlines()
    assert listed[0].split() == ["ID", "STATE", "USED", "MADE", "EXPIRES", "NOTE"]
    assert [line.split("  ")[1].strip() for line in listed[1:]] == ["   revoked".strip(), "holds"]
    assert "1 of 5" in listed[2]
    assert listed[2].endswith("UTC  Workshop")
    assert "There is no invitation 9. `flask invitations` lists them." in run(runner, "uninvite", "9").output
    with running(create_app(replace(config, secret_key="x"))) as nameless:
        assert run(nameless.test_cli_runner(), "invite", "--hours", "0").exit_code == 2
