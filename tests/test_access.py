"""With ACCESS_CODE only those come in who know it. tests/test_strangers.py walks all addresses."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from app import create_app
from parley.config import Config, ConfigError
from parley.limits import WRONG_CODES_FROM_AN_ADDRESS, WRONG_CODES_IN_ALL
from parley.tables import counters
from tests.conftest import running
from tests.people import EVENTS, Form, Page, Person
from tests.test_from_a_shell import TEXT, ask
from tests.test_images import uploaded
from tests.upstream import Upstream

CODE, NEW_CODE = "open sesame é", "close sesame"
FROM_ONE, IN_ALL = WRONG_CODES_FROM_AN_ADDRESS.amount, WRONG_CODES_IN_ALL.amount


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, access_code=CODE)


@pytest.fixture
def changed_app(app: Flask, config: Config) -> Iterator[Flask]:
    """The app once the operator has set another code."""
    with running(create_app(replace(config, access_code=NEW_CODE))) as app:
        yield app


@pytest.fixture
def behind_a_router(config: Config) -> Iterator[Flask]:
    with running(create_app(replace(config, behind_router=True))) as app:
        yield app


@pytest.fixture
def alice(app: Flask) -> Person:
    """Somebody who knows the code."""
    alice = Person(app)
    assert enter(alice.client).status_code == 303
    return alice


def door(client: FlaskClient, at: str = "/") -> Form:
    response = client.get(at)
    assert response.status_code == 401
    return Page(response.text).forms[0]


def enter(client: FlaskClient, code: str = CODE, at: str = "/", **changes: str) -> TestResponse:
    form = door(client, at)
    return client.post(form.action, data=form.fields | {"code": code} | changes)


def bearer(code: str, come_from: str | None = None) -> dict[str, str]:
    """What a shell sends. A test's client takes a header's text for Latin-1, as a server hands it on."""
    came = {"X-Forwarded-For": come_from, "X-Forwarded-Proto": "https"} if come_from else {}
    return TEXT | {"Authorization": f"Bearer {code.encode().decode('latin-1')}"} | came


def try_at_a_shell(app: Flask, code: str, come_from: str | None = None) -> TestResponse:
    client = app.test_client(use_cookies=False)
    return client.post("/", data={"message": "Why?"}, headers=bearer(code, come_from))


@pytest.mark.on_sqlite
@pytest.mark.parametrize("at", ["/", "/conversations?q=two+words", "/?q=caf%C3%A9%26", "/nowhere%20at/all"])
def test_a_stranger_gets_a_page_for_the_code_and_then_what_they_asked_for(stranger: Person, at: str) -> None:
    response = stranger.client.get(at)
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "Enter the access code to chat here." in Page(response.text).words
    response = enter(stranger.client, at=at)
    assert (response.status_code, response.location) == (303, at)
    assert stranger.client.get(at).status_code == (404 if "nowhere" in at else 200)
    assert stranger.client.get("/access").location == "/"


@pytest.mark.on_sqlite
def test_a_script_gets_json_and_a_shell_a_line(app: Flask, upstream: Upstream) -> None:
    client = app.test_client()
    for accept in ("application/json", "text/event-stream"):
        response = client.post("/", headers={"Accept": accept})
        assert response.status_code == 401
        assert response.get_json()["error"]["kind"] == "access_code"
    response = ask(app.test_client(use_cookies=False))
    line = "An access code is needed here. Send it in a header: Authorization: Bearer CODE\n"
    assert (response.status_code, response.mimetype, response.text) == (401, "text/plain", line)
    assert "Set-Cookie" not in response.headers
    assert upstream.chats == []


@pytest.mark.on_sqlite
def test_a_shell_sends_the_code_in_a_header(app: Flask) -> None:
    response = try_at_a_shell(app, CODE)
    assert (response.status_code, response.text) == (200, "Hello there.")
    assert "Set-Cookie" not in response.headers
    response = try_at_a_shell(app, "wrong")
    assert (response.status_code, response.mimetype) == (401, "text/plain")
    assert response.text == "This is not the access code. Check how it is written, then try again.\n"


@pytest.mark.on_sqlite
def test_head_and_options_tell_a_stranger_nothing(app: Flask, stranger: Person) -> None:
    for method in ("HEAD", "OPTIONS", "DELETE", "PUT"):
        response = stranger.client.open("/conversations", method=method)
        assert response.status_code == 401
        assert "Allow" not in response.headers
    assert stranger.client.head("/").data == b""


@pytest.mark.on_sqlite
@pytest.mark.parametrize("typed", [f"  {CODE}\n", "open sesame e\N{COMBINING ACUTE ACCENT}"])
def test_how_a_code_is_typed_makes_no_difference(stranger: Person, typed: str) -> None:
    assert enter(stranger.client, typed).status_code == 303


@pytest.mark.on_sqlite
@pytest.mark.parametrize("typed", ["", "open sesame", CODE.upper(), CODE + "x", "\udcff", "a" * 100_000])
def test_a_wrong_code_is_refused_at_its_field_and_the_way_on_is_kept(stranger: Person, typed: str) -> None:
    response = enter(stranger.client, typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "/shares")
    assert response.status_code == 401
    assert 'aria-describedby="refusal" aria-invalid="true"' in response.text
    form = Page(response.text).forms[0]
    assert (form.fields["next"], form.fields["code"]) == ("/shares", "")
    assert stranger.client.get("/").status_code == 401
    assert stranger.client.post(form.action, data=form.fields | {"code": CODE}).location == "/shares"


@pytest.mark.on_sqlite
@pytest.mark.parametrize("start", ["//", "/\\", "/\t/", "/\n/", "///", "\\\\", "https://", "javascript:", "", "/ "])
def test_nobody_is_led_elsewhere(stranger: Person, start: str) -> None:
    assert enter(stranger.client, next=f"{start}evil.example").location == "/"


@pytest.mark.on_sqlite
@pytest.mark.parametrize("at", ["//evil.example/", "/\\evil.example", "/%09/evil.example"])
def test_an_address_that_looks_like_anothers_leads_nowhere_else(stranger: Person, at: str) -> None:
    location = enter(stranger.client, at=f"http://localhost{at}").location
    assert location == "/" or location.startswith("/%")


@pytest.mark.on_sqlite
def test_a_button_that_was_pressed_leads_back_to_its_conversation(alice: Person, changed_app: Flask) -> None:
    here = alice.say("Hello")
    pin, theme = alice.open(f"{here}/options").form("/pin"), alice.open(here).form("/theme")
    later = alice.at(changed_app)
    for button, leads_to in ((pin, here), (theme, "/")):
        refused = later.client.post(button.action, data=button.fields, headers={"Referer": "http://evil.example/"})
        assert refused.status_code == 401
        form = Page(refused.text).forms[0]
        response = later.at(changed_app).client.post(form.action, data=form.fields | {"code": NEW_CODE})
        assert response.location == leads_to


@pytest.mark.on_sqlite
def test_a_form_without_a_token_is_refused_and_the_way_on_is_kept(app: Flask, stranger: Person) -> None:
    form = door(stranger.client, "/shares")
    response = stranger.client.post(form.action, data={"code": CODE, "next": "/shares"})
    assert response.status_code == 400
    assert "This page had expired. Enter the code once more." in Page(response.text).words
    assert Page(response.text).forms[0].fields["next"] == "/shares"
    response = app.test_client(use_cookies=False).post(form.action, data=form.fields | {"code": CODE})
    assert response.status_code == 400
    assert "sent no cookie" in response.text


def test_a_new_code_locks_everybody_out_and_nothing_else_is_lost(alice: Person, changed_app: Flask) -> None:
    here = alice.say("Where was I?")
    later = alice.at(changed_app)
    assert later.client.get(here).status_code == 401
    assert enter(later.client, CODE, here).status_code == 401
    assert enter(later.client, NEW_CODE, here).location == here
    assert "Where was I?" in later.open(here).words


def test_without_a_code_everybody_is_in_even_from_a_page_that_asked_for_one(stranger: Person, config: Config) -> None:
    form = door(stranger.client, "/shares")
    with running(create_app(replace(config, access_code=None))) as open_app:
        visitor = stranger.at(open_app)
        assert visitor.open("/")
        assert visitor.client.post(form.action, data=form.fields | {"code": "anything"}).location == "/shares"


def refused_at_the_door(person: Person, address: str, **fields: object) -> Form:
    refused = person.client.post(address, data=fields)
    assert refused.status_code == 401
    assert "Your text is kept" in Page(refused.text).words
    return Page(refused.text).forms[0]


@pytest.mark.parametrize("tries", [["wrong", NEW_CODE], [NEW_CODE]], ids=["second try", "first try"])
def test_a_message_that_meets_a_new_code_comes_back_into_its_form(
    alice: Person, changed_app: Flask, upstream: Upstream, tries: list[str]
) -> None:
    text = 'Two\nlines, "quoted" & <b>bold</b>'
    here = alice.say("Hello")
    form = alice.open(here).form("/turns")
    later = alice.at(changed_app)
    asked = len(upstream.chats)
    at_the_door = refused_at_the_door(later, form.action, **form.fields | {"message": text, "temperature": "0.5"})
    for code in tries:
        response = later.client.post(at_the_door.action, data=at_the_door.fields | {"code": code})
        at_the_door = Page(response.text).forms[0]
    assert (response.status_code, len(upstream.chats)) == (200, asked)
    assert "Your text is still here: send it again." in Page(response.text).words
    again = Page(response.text).form("/turns")
    kept = again.fields["message"], again.fields["turn"], again.fields["temperature"]
    assert (again.action, *kept) == (form.action, text, form.fields["turn"], "0.5")
    assert later.client.post(again.action, data=again.fields).status_code == 303
    later.finish(here)
    assert later.open(here).questions == ["Hello", text]


@pytest.mark.on_sqlite
@pytest.mark.parametrize("address", ["/turns", "/"])
def test_a_first_message_comes_back_too(alice: Person, changed_app: Flask, address: str) -> None:
    form = alice.open("/").form("/turns")
    later = alice.at(changed_app)
    at_the_door = refused_at_the_door(
        later, form.action if address == "/turns" else "/", **form.fields | {"message": "First"}
    )
    response = later.client.post(at_the_door.action, data=at_the_door.fields | {"code": NEW_CODE})
    again = Page(response.text).form("/turns")
    assert again.fields["message"] == "First"
    assert later.client.post(again.action, data=again.fields).status_code == 303


@pytest.mark.on_sqlite
def test_an_edit_comes_back_into_its_own_form(alice: Person, changed_app: Flask) -> None:
    here = alice.say("Hello")
    question = alice.client.get(f"{here}.json").get_json()["messages"][0]["id"]
    edit = next(form for form in alice.open(f"{here}?edit={question}").forms if "edit=" in form.action)
    later = alice.at(changed_app)
    at_the_door = refused_at_the_door(later, edit.action, **edit.fields | {"message": "In other words"})
    response = later.client.post(at_the_door.action, data=at_the_door.fields | {"code": NEW_CODE})
    again = next(form for form in Page(response.text).forms if "edit=" in form.action)
    assert (again.action, again.fields["message"]) == (edit.action, "In other words")


@pytest.mark.on_sqlite
def test_images_that_were_kept_come_back_with_the_message(
    alice: Person, changed_app: Flask, upstream: Upstream
) -> None:
    upstream.serves_catalogue(["nova-pro"])
    image = uploaded(alice)
    form = alice.open("/").form("/turns")
    later = alice.at(changed_app)
    sent = form.fields | {"message": "See", "image": image, f"alt-{image}": "A dot"}
    at_the_door = refused_at_the_door(later, form.action, **sent)
    response = later.client.post(at_the_door.action, data=at_the_door.fields | {"code": NEW_CODE})
    again = Page(response.text).form("/turns").fields
    assert (again["image"], again[f"alt-{image}"], again["message"]) == (image, "A dot", "See")


@pytest.mark.on_sqlite
def test_what_a_stranger_sends_is_not_even_read(stranger: Person) -> None:
    response = stranger.client.post("/", data={"message": "A" * 5_000_000})
    assert response.status_code == 401
    assert len(response.text) < 5_000


# How often one may try


def test_after_too_many_wrong_tries_the_right_code_is_refused_too_in_every_process(
    app: Flask, config: Config, alice: Person, stranger: Person
) -> None:
    with running(create_app(config)) as other:
        here, there = stranger, Person(other)
        for one in [here, there] * (FROM_ONE // 2):
            assert enter(one.client, "wrong").status_code == 401
        for one in (there, here):
            for code in ("wrong", CODE):
                response = enter(one.client, code, "/shares")
                assert response.status_code == 429
                assert 590 <= int(response.headers["Retry-After"]) <= 600
                assert "Too many wrong codes were tried. Wait 10 minutes, then try again." in response.text
                assert Page(response.text).forms[0].fields["next"] == "/shares"
        response = try_at_a_shell(other, CODE)
        assert (response.status_code, response.mimetype) == (429, "text/plain")
        as_script = here.client.post("/access", data=door(here.client).fields | {"code": CODE}, headers=EVENTS)
        assert as_script.get_json()["error"]["kind"] == "too_many_tries"
        assert as_script.get_json()["error"]["retry_after"] > 0
        assert alice.open("/")
        let_time_pass(app)
        assert enter(there.client).status_code == 303
        assert enter(here.client, "wrong").status_code == 401


def test_as_many_tries_at_once_are_let_through_as_one_after_the_other(app: Flask, config: Config) -> None:
    with running(create_app(config)) as other, ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(try_at_a_shell, one, "wrong") for one in [app, other] * FROM_ONE]
        statuses = [one.result().status_code for one in tries]
    assert (statuses.count(401), statuses.count(429)) == (FROM_ONE, FROM_ONE)


@pytest.mark.on_sqlite
def test_right_codes_are_never_too_many(app: Flask, upstream: Upstream) -> None:
    for _ in range(FROM_ONE + 5):
        assert try_at_a_shell(app, CODE).status_code == 200


@pytest.mark.on_sqlite
def test_behind_a_router_its_own_entry_says_where_somebody_comes_from(behind_a_router: Flask) -> None:
    tries = [
        try_at_a_shell(behind_a_router, "wrong", f"10.0.0.{n}, 192.0.2.7").status_code for n in range(FROM_ONE + 1)
    ]
    assert tries == [401] * FROM_ONE + [429]
    assert try_at_a_shell(behind_a_router, CODE, "198.51.100.1, 192.0.2.7").status_code == 429
    assert try_at_a_shell(behind_a_router, CODE, "192.0.2.7,198.51.100.1").status_code == 200


@pytest.mark.on_sqlite
def test_elsewhere_nobody_chooses_where_they_come_from(app: Flask) -> None:
    tries = [try_at_a_shell(app, "wrong", f"192.0.2.{number}").status_code for number in range(FROM_ONE + 1)]
    assert tries == [401] * FROM_ONE + [429]
    assert try_at_a_shell(app, CODE, "198.51.100.1").status_code == 429


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("2001:db8:1:2::{}", "2001:db8:1:2:ffff::1", "2001:db8:1:3::1"),
        ("::ffff:192.0.2.7", "192.0.2.7", "::ffff:192.0.2.8"),
        ("nonsense {}", "", "192.0.2.7"),
    ],
)
def test_a_household_counts_as_one(behind_a_router: Flask, one: str, same: str, other: str) -> None:
    for number in range(FROM_ONE + 1):
        try_at_a_shell(behind_a_router, "wrong", one.format(number))
    assert try_at_a_shell(behind_a_router, CODE, f"1.1.1.1, {same}").status_code == 429
    assert try_at_a_shell(behind_a_router, CODE, other).status_code == 200


@pytest.mark.on_sqlite
def test_many_addresses_together_may_not_try_for_ever_but_one_alone_shuts_nobody_out(behind_a_router: Flask) -> None:
    def wrong(address: str, times: int) -> list[int]:
        return [try_at_a_shell(behind_a_router, "wrong", address).status_code for _ in range(times)]

    assert wrong("192.0.2.0", IN_ALL + 5).count(401) == FROM_ONE
    assert try_at_a_shell(behind_a_router, CODE, "192.0.2.99").status_code == 200
    for number in range(1, IN_ALL // FROM_ONE):
        assert set(wrong(f"192.0.2.{number}", FROM_ONE)) == {401}
    assert wrong("192.0.2.98", 1) == [429]
    assert try_at_a_shell(behind_a_router, CODE, "192.0.2.99").status_code == 429
    let_time_pass(behind_a_router)
    assert try_at_a_shell(behind_a_router, CODE, "192.0.2.99").status_code == 200


@pytest.mark.on_sqlite
def test_while_nothing_can_be_counted_nobody_new_comes_in(alice: Person, config: Config) -> None:
    with running(create_app(replace(config, database_url="sqlite:////nowhere/parley.db"))) as broken:
        assert alice.at(broken).client.get("/").status_code == 200
        response = enter(Person(broken).client, CODE, "/shares")
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "10"
        assert "Try again shortly" in response.text
        assert Page(response.text).forms[0].fields["next"] == "/shares"
        response = try_at_a_shell(broken, CODE)
        assert (response.status_code, response.mimetype) == (503, "text/plain")


def let_time_pass(app: Flask) -> None:
    """As if all that was counted had been counted ten minutes ago."""
    with app.extensions["parley"].archive.database.writing() as connection:
        connection.execute(update(counters).values(ends_at=counters.c.ends_at - WRONG_CODES_IN_ALL.get_expiry()))


# What is said of the code


@pytest.mark.on_sqlite
def test_the_code_is_nowhere_to_be_read(
    app: Flask, config: Config, alice: Person, changed_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("parley").propagate = True
    answers = [enter(alice.at(changed_app).client, code) for code in (NEW_CODE, "close sesame?")]
    answers += [try_at_a_shell(changed_app, code) for code in (NEW_CODE, "close sesame?")]
    answers.append(alice.at(changed_app).client.post("/", data={"message": "Hi", "code": NEW_CODE}))
    told = [f"{one.headers}{one.text}" for one in answers] + [caplog.text, repr(config), repr(changed_app.extensions)]
    assert "path=/access" in caplog.text
    assert not [one for one in told if "sesame" in one]
    cookie = alice.client.get_cookie("parley")
    assert cookie
    assert "sesame" not in str(app.session_interface.get_signing_serializer(app).loads(cookie.value))  # type: ignore[attr-defined]


def test_a_code_that_is_soon_guessed_stops_the_start_without_being_shown() -> None:
    with pytest.raises(ConfigError, match="at least 6 characters") as refusal:
        Config.from_env({"ACCESS_CODE": "abcde "})
    assert "abcde" not in str(refusal.value)
    assert Config.from_env({"ACCESS_CODE": " abcdef "}).access_code == "abcdef"
    assert Config.from_env({"ACCESS_CODE": "  "}).access_code is None
