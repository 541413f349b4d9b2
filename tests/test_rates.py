"""How often something may be said: by a visitor, and from an address. tests/test_limits.py has the counting itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app import create_app
from parley.config import Config, ConfigError
from parley.rates import period_of, read_rates
from parley.tables import counters, messages
from tests import pictures
from tests.conftest import running
from tests.people import EVENTS, Page, Person
from tests.test_from_a_shell import TEXT
from tests.test_images import upload
from tests.upstream import Upstream

OFTEN = "3 per minute, 5 per day"
TOO_MANY = "You have sent 3 messages in a minute, and that is the most."
FROM_HERE = "Your network has sent 4 messages in an hour, and that is the most."


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, visitor_limits=read_rates(OFTEN))


@pytest.fixture
def behind_a_router(config: Config) -> Iterator[Flask]:
    limited = replace(config, visitor_limits=(), address_limits=read_rates("4 per hour"))
    with running(create_app(replace(limited, behind_router=True))) as app:
        yield app


def come_from(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}


def at_a_shell(app: Flask, address: str = "192.0.2.7") -> TestResponse:
    client = app.test_client(use_cookies=False)
    return client.post("/", data={"message": "Why?"}, headers=TEXT | come_from(address))


def a_minute_passes(app: Flask) -> None:
    """As if what was counted had been counted a minute ago."""
    with app.extensions["parley"].archive.database.writing() as connection:
        connection.execute(update(counters).values(ends_at=counters.c.ends_at - 60))


def counted(app: Flask) -> dict[str, int]:
    """How far the counters are that run, by the kind and the time they are for."""
    with app.extensions["parley"].archive.database.reading() as connection:
        rows = connection.execute(select(counters.c.key, counters.c.count)).all()
    return {" ".join([row.key.split()[0], *row.key.split()[2:]]): row.count for row in rows}


def kept(app: Flask) -> int:
    with app.extensions["parley"].archive.database.reading() as connection:
        count: int = connection.execute(select(func.count()).select_from(messages)).scalar_one()
    return count


def test_a_visitor_who_says_too_much_is_told_so_and_keeps_the_text_and_others_go_on(
    app: Flask, config: Config, alice: Person, stranger: Person, upstream: Upstream
) -> None:
    with running(create_app(config)) as other:
        here = alice.say("One")
        alice.say("Two", here)
        there = alice.at(other)
        there.say("Three", here)
        for person, address in ((alice, here), (there, here), (alice, "/")):
            response = person.send("Four", address)
            assert response.status_code == 429
            assert 50 < int(response.headers["Retry-After"]) <= 60
            assert f"{TOO_MANY} You can retry in " in Page(response.text).words
            assert Page(response.text).form("/turns").fields["message"] == "Four"
        error = there.send("Four", here, EVENTS).get_json()["error"]
        assert (error["kind"], error["message"], 50 < error["retry_after"] <= 60) == ("too_often", TOO_MANY, True)
        assert (len(upstream.chats), kept(app)) == (3, 6)
        stranger.say("One")
        a_minute_passes(app)
        for text in ("Four", "Five"):
            there.say(text, here)
        words = Page(there.send("Six", here).text).words
        assert "You have sent 5 messages in a day, and that is the most. You can retry in 24 h." in words
        assert there.open(here).questions == ["One", "Two", "Three", "Four", "Five"]


def test_of_many_at_once_no_more_are_taken_than_of_many_in_a_row(app: Flask, config: Config, alice: Person) -> None:
    page = alice.open()
    form = page.form("/turns")
    with running(create_app(config)) as other, ThreadPoolExecutor(6) as pool:

        def say(number: int) -> int:
            visitor = alice.at([app, other][number % 2])
            turn = f"00000000-0000-4000-8000-{number:012}"
            sent = form.fields | {"message": str(number), "turn": turn}
            address = form.action.replace(form.action.split("/")[2], turn)
            return visitor.client.post(address, data=sent).status_code

        statuses = list(pool.map(say, range(9)))
    assert (statuses.count(303), statuses.count(429), kept(app)) == (3, 6, 6)


@pytest.mark.on_sqlite
def test_what_is_sent_twice_or_refused_for_another_reason_is_not_counted(
    app: Flask, alice: Person, upstream: Upstream
) -> None:
    form = alice.open().form("/turns")
    for _ in range(3):
        assert alice.client.post(form.action, data=form.fields | {"message": "Once"}).status_code == 303
    here = form.action.removesuffix("/turns")
    alice.finish(here)
    nobodys = "00000000-0000-4000-8000-000000000000"
    for changes, status in (
        ({"message": "", "turn": nobodys}, 422),
        ({"csrf_token": "", "turn": nobodys}, 400),
        ({"model": "no-such-model", "turn": nobodys}, 404),
        ({"parent": nobodys, "turn": nobodys}, 404),
    ):
        data = form.fields | {"message": "Once"} | changes
        assert alice.client.post(form.action, data=data).status_code == status
    assert set(counted(app).values()) == {1}
    retry = alice.open(here).button("/retry")
    for _ in range(3):
        assert alice.client.post(retry.action, data=retry.fields).status_code == 303
    assert set(counted(app).values()) == {2}


@pytest.mark.on_sqlite
def test_answers_that_are_asked_for_again_or_go_on_count_as_messages(
    app: Flask, alice: Person, upstream: Upstream
) -> None:
    upstream.says("So", finish="length")
    here = alice.say("Tell me all")
    for button in ("/continue", "/retry"):
        page = alice.open(here)
        form = page.form("/continue") if button == "/continue" else page.button("/retry")
        assert alice.client.post(form.action, data=form.fields).status_code == 303
        alice.finish(here)
    form = alice.open(here).button("/retry")
    refused = alice.client.post(form.action, data=form.fields)
    assert (refused.status_code, TOO_MANY in refused.text) == (429, True)
    as_script = alice.client.post(form.action, data=form.fields, headers=EVENTS)
    assert as_script.get_json()["error"]["kind"] == "too_often"
    assert len(upstream.chats) == 3


@pytest.mark.on_sqlite
def test_images_may_be_four_times_as_many_and_files_that_are_imported_as_many_as_messages(
    app: Flask, alice: Person, upstream: Upstream
) -> None:
    upstream.serves_catalogue(["nova-pro"])
    for _ in range(12):
        assert upload(alice, pictures.png()).status_code == 200
    response = upload(alice, pictures.png())
    assert (response.status_code, response.get_json()["error"]["kind"]) == (429, "too_often")
    assert "You have added 12 images in a minute, and that is the most." in response.text
    form = alice.open().form("/turns")
    with_file = form.fields | {"message": "See", "file": (BytesIO(pictures.png()), "dot.png")}
    response = alice.client.post(form.action, data=with_file, content_type="multipart/form-data")
    assert response.status_code == 429
    assert Page(response.text).form("/turns").fields["message"] == "See"
    form = alice.open("/conversations/import").form("/import")
    for status in (422, 422, 422, 429):
        data = form.fields | {"file": (BytesIO(b"{}"), "conversation.json")}
        response = alice.client.post(form.action, data=data, content_type="multipart/form-data")
        assert response.status_code == status
    assert "You have imported 3 files in a minute, and that is the most. You can retry in" in Page(response.text).words
    alice.say("And messages are counted by themselves")


@pytest.mark.on_sqlite
def test_from_one_address_many_visitors_together_may_say_no_more_than_is_allowed_from_there(
    behind_a_router: Flask,
) -> None:
    def say(number: int, address: str) -> TestResponse:
        client = Person(behind_a_router).client
        headers = come_from(f"10.0.0.{number}, {address}") | {"Referer": "https://localhost/"}
        form = Page(client.get("/", headers=headers, base_url="https://localhost").text).form("/turns")
        data = form.fields | {"message": "Hi"}
        return client.post(form.action, data=data, headers=headers, base_url="https://localhost")

    assert [say(number, "192.0.2.7").status_code for number in range(5)] == [303] * 4 + [429]
    response = say(5, "192.0.2.7")
    assert FROM_HERE in response.text
    assert 3500 < int(response.headers["Retry-After"]) <= 3600
    assert say(6, "192.0.2.8").status_code == 303
    at_the_shell = at_a_shell(behind_a_router)
    assert (at_the_shell.status_code, at_the_shell.text) == (429, f"{FROM_HERE} You can retry in 60 min.\n")


@pytest.mark.on_sqlite
def test_a_flood_of_new_visitors_is_refused_and_whoever_is_known_or_comes_from_elsewhere_is_not(
    behind_a_router: Flask,
) -> None:
    def come(person: Person, address: str) -> TestResponse:
        return person.client.get("/", headers=come_from(address), base_url="https://localhost")

    known = Person(behind_a_router)
    arrivals = [come(Person(behind_a_router) if number else known, "192.0.2.7") for number in range(42)]
    assert [one.status_code for one in arrivals] == [200] * 40 + [429] * 2
    words = "Your network has brought 40 new visitors in an hour, and that is the most. You can retry in 60 min."
    assert words in Page(arrivals[-1].text).words
    assert come(known, "192.0.2.7").status_code == come(Person(behind_a_router), "192.0.2.8").status_code == 200


@pytest.mark.on_sqlite
def test_a_household_counts_as_one_and_a_shell_by_its_address(behind_a_router: Flask) -> None:
    tries = [at_a_shell(behind_a_router, f"2001:db8:1:2::{number}") for number in range(5)]
    assert [one.status_code for one in tries] == [200] * 4 + [429]
    assert "Set-Cookie" not in tries[-1].headers
    assert at_a_shell(behind_a_router, "2001:db8:1:3::1").status_code == 200


@pytest.mark.on_sqlite
def test_what_comes_from_this_very_machine_is_not_counted_by_address(app: Flask, config: Config) -> None:
    """It is a developer, or a proxy that all visitors come through: there one would shut out the others."""
    with running(create_app(replace(config, address_limits=read_rates("1 per hour")))) as limited:
        assert [at_a_shell(limited).status_code for _ in range(3)] == [200, 200, 200]


def test_by_default_both_rates_hold_and_off_turns_one_off() -> None:
    config = Config.from_env({})
    assert (config.visitor_limits, config.address_limits) == (
        read_rates("60 per minute, 1000 per day"),
        read_rates("120 per minute, 3000 per day"),
    )
    assert (Config().visitor_limits, Config().address_limits) == (config.visitor_limits, config.address_limits)
    assert Config.from_env({"VISITOR_LIMITS": "off"}).visitor_limits == ()
    assert [*map(period_of, read_rates("1/second; 2 per 10 minutes, 3/hour"))] == ["a second", "10 minutes", "an hour"]


@pytest.mark.parametrize("name", ["VISITOR_LIMITS", "ADDRESS_LIMITS"])
@pytest.mark.parametrize("text", ["ten per minute", "10", "0 per minute", "10 per fortnight", "10 per minute,", "OFF"])
def test_a_rate_that_makes_no_sense_stops_the_start_with_a_sentence(name: str, text: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} must be off, or rates such as") as refusal:
        Config.from_env({name: text})
    assert repr(text) in str(refusal.value)
