"""What is deleted: gone at once, back within a minute if that is wished, and gone for good after it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text, update

from parley.tables import conversations, messages
from tests.people import EVENTS, Page, Person, events_of
from tests.test_lists import change, database, many, option, press, titles
from tests.upstream import Upstream
from tests.waiting import eventually


def a_minute_passes(app: Flask) -> None:
    """Make what is deleted a minute older."""
    with database(app).writing() as connection:
        deleted = update(conversations).where(conversations.c.deleted_at.is_not(None))
        connection.execute(deleted.values(deleted_at=datetime.now(UTC) - timedelta(seconds=61)))


def rows(app: Flask) -> dict[str, int]:
    """How much there is in the tables."""
    with database(app).reading() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in ("conversations", "messages", "renderings", "passages", "images", "shares")
        }


def test_a_conversation_that_is_deleted_is_found_nowhere(alice: Person, stranger: Person) -> None:
    here = alice.say("Between you and me")
    answer = alice.client.get(f"{here}.json").get_json()["messages"][1]["id"]
    turns = alice.open(here).form("/turns")
    forms = [option(alice, here, ending) for ending in ("/title", "/pin", "/delete")]
    page = press(alice, forms[-1])
    assert "Deleted “Between you and me”." in page.words
    assert titles(page) == []
    for address in (
        here,
        f"{here}.md",
        f"{here}.json",
        f"{here}/options",
        f"/answers/{answer}",
        f"/answers/{answer}/events",
    ):
        assert alice.client.get(address).status_code == 404, address
    for form in forms:
        assert alice.client.post(form.action, data=form.fields | {"title": "x"}).status_code == 404
    for action in ("stop", "retry", "continue"):
        assert alice.client.post(f"/answers/{answer}/{action}", data=turns.fields).status_code == 404
    assert "No conversation has these words." in alice.open("/conversations?q=between").words


def test_what_is_said_in_an_open_tab_comes_back_for_another_conversation(alice: Person) -> None:
    here = alice.say("Hello")
    form = alice.open(here).form("/turns")
    press(alice, option(alice, here, "/delete"))
    response = alice.client.post(form.action, data=form.fields | {"message": "Still there?"})
    assert response.status_code == 404
    again = Page(response.text).form("/turns")
    assert again.fields["message"] == "Still there?"
    assert here not in again.action


def test_a_deletion_can_be_undone_for_a_minute(app: Flask, alice: Person) -> None:
    here = alice.say("Hello")
    page = press(alice, option(alice, here, "/delete"))
    page = press(alice, page.form("/restore"))
    assert page.questions == ["Hello"]
    assert titles(alice.open("/conversations?q=hello")) == ["Hello"]
    assert "Deleted" not in alice.open(f"/?deleted={here[-36:]}").words

    undo = press(alice, option(alice, here, "/delete")).form("/restore")
    a_minute_passes(app)
    assert "Deleted" not in alice.open(f"/?deleted={here[-36:]}").words
    assert alice.client.post(undo.action, data=undo.fields).status_code == 404


def test_nobody_else_sees_or_undoes_a_deletion(alice: Person, stranger: Person) -> None:
    here = alice.say("A secret")
    undo = press(alice, option(alice, here, "/delete")).form("/restore")
    page = stranger.open(f"/?deleted={here[-36:]}")
    assert "Deleted" not in page.words
    assert "secret" not in page.words
    token = page.form("/turns").fields["csrf_token"]
    assert stranger.client.post(undo.action, data={"csrf_token": token}).status_code == 404
    assert alice.client.get(here).status_code == 404


@pytest.mark.parametrize("name", ["7", "all", "\0", "'", "x" * 10_000])
def test_what_was_never_deleted_is_not_said_to_be(alice: Person, name: str) -> None:
    assert "Deleted" not in alice.open(f"/?deleted={name}").words


def test_everything_can_be_deleted_and_had_back_together(app: Flask, alice: Person, stranger: Person) -> None:
    theirs = stranger.say("Not yours")
    alice.say("One")
    many(app, alice, 11)
    alone = press(alice, option(alice, "/conversations/00000000-0000-0000-0000-000000000003", "/delete")).form(
        "/restore"
    )
    page = press(alice, alice.open("/conversations").form("/conversations/delete"), sure="yes")
    assert "Deleted 11 conversations." in page.words
    assert titles(page) == []
    page = press(alice, page.form("/restore"))
    assert len(titles(page)) == 11, "what was deleted before is not part of it"
    assert len(titles(press(alice, alone))) == 12
    assert stranger.open(theirs).questions == ["Not yours"]


def test_everything_is_deleted_only_if_that_is_said_twice(alice: Person) -> None:
    alice.say("One")
    form = alice.open("/conversations").form("/conversations/delete")
    response = alice.client.post(form.action, data=form.fields)
    assert response.status_code == 422
    assert "Nothing was deleted." in response.text
    assert titles(alice.open()) == ["One"]


def test_nothing_at_all_can_be_deleted_too(alice: Person) -> None:
    token = alice.open().form("/turns").fields["csrf_token"]
    response = alice.client.post("/conversations/delete", data={"csrf_token": token, "sure": "yes"})
    assert (response.status_code, response.location) == (303, "/")


def test_after_a_minute_it_is_gone_with_all_that_hangs_on_it(app: Flask, alice: Person) -> None:
    alice.say("Stays")
    here = alice.say("Goes")
    before = rows(app)
    now = {"conversation_id": here[-36:], "created_at": datetime.now(UTC)}
    with alice.client.session_transaction() as session:
        now["visitor"] = session["visitor"]
    with database(app).writing() as connection:
        image = {"id": "i", "position": 0, "media_type": "image/png", "width": 1, "height": 1, "alt": "", "bytes": b"1"}
        tables = conversations.metadata.tables
        connection.execute(insert(tables["images"]).values(now | image))
        connection.execute(insert(tables["shares"]).values(now | {"id": "s", "title": "Goes", "snapshot": "{}"}))
    press(alice, option(alice, here, "/delete"))
    assert rows(app) == before | {"images": 1, "shares": 1}
    a_minute_passes(app)
    alice.open("/conversations")  # whoever looks at the list has it seen to
    assert eventually(lambda: rows(app)["conversations"] == 1)
    half = {name: count // 2 for name, count in before.items()}
    assert rows(app) == half
    assert titles(alice.open("/conversations")) == ["Stays"]


def test_the_process_removes_by_itself_what_another_one_left(app: Flask, alice: Person) -> None:
    here = alice.say("Goes")
    change(app, here, deleted_at=datetime.now(UTC) - timedelta(seconds=59.5))
    app.extensions["parley"].removal.begin()
    assert rows(app)["conversations"] == 1
    assert eventually(lambda: rows(app) == dict.fromkeys(rows(app), 0))


def test_a_conversation_of_a_thousand_messages_and_more_can_be_removed(app: Flask, alice: Person) -> None:
    here = alice.say("First")
    with database(app).writing() as connection:
        before = connection.execute(select(func.max(messages.c.id))).scalar_one()
        for number in range(1500):
            after = f"{number}"
            row = {"id": after, "parent_id": before, "conversation_id": here[-36:], "role": "user", "text": "More"}
            connection.execute(insert(messages).values(row | {"state": "complete", "created_at": datetime.now(UTC)}))
            before = after
    change(app, here, deleted_at=datetime.now(UTC) - timedelta(hours=1))
    app.extensions["parley"].removal.begin()
    assert eventually(lambda: rows(app)["messages"] == 0)


def test_many_are_removed_bit_by_bit(app: Flask, alice: Person) -> None:
    alice.open()
    many(app, alice, 120)
    with database(app).writing() as connection:
        connection.execute(update(conversations).values(deleted_at=datetime.now(UTC) - timedelta(hours=1)))
    app.extensions["parley"].removal.begin()
    assert eventually(lambda: rows(app)["conversations"] == 0)


def test_an_answer_that_runs_in_it_is_stopped_and_its_readers_hear_an_end(alice: Person, upstream: Upstream) -> None:
    upstream.says("Once upon ", "a time")
    upstream.stalls_after(1)
    response = alice.send("Tell me a story", headers=EVENTS)
    told = events_of(response)
    here = next(told)[1]["url"]
    press(alice, option(alice, here, "/delete"))
    assert upstream.hung_up.wait(3)
    assert list(told)[-1][1]["state"] == "stopped"
    press(alice, alice.open(f"/?deleted={here[-36:]}").form("/restore"))
    assert alice.client.get(f"{here}.json").get_json()["messages"][1]["text"] == "Once upon "
