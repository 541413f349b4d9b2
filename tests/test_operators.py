"""With OPERATOR_CODE there are pages for whoever knows it. What holds for every code, tests/test_access.py says."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Blueprint, Flask
from werkzeug.test import TestResponse

from app import create_app
from parley.config import Config, ConfigError
from parley.operators import is_operator, require_operator
from tests.conftest import running
from tests.people import EVENTS, Page, Person
from tests.test_access import FROM_ONE, bearer

pytestmark = pytest.mark.on_sqlite

CODE, NEW_CODE, ACCESS_CODE = "who runs this", "who ran that é", "open sesame"


def with_books(app: Flask) -> Flask:
    """The app with a page that is the operator's, and one that says whether one is the operator."""
    office = Blueprint("office", __name__)
    office.before_request(require_operator)
    office.add_url_rule("/books", "books", lambda: "The books.")
    app.register_blueprint(office)
    app.add_url_rule("/role", "role", lambda: "operator" if is_operator() else "visitor")
    return app


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, operator_code=CODE)


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    with running(with_books(create_app(config))) as app:
        yield app


@pytest.fixture
def closed(config: Config) -> Iterator[Flask]:
    """The same, where visitors need a code as well."""
    with running(with_books(create_app(replace(config, access_code=ACCESS_CODE)))) as app:
        yield app


def enter(person: Person, code: str, at: str = "/books") -> TestResponse:
    response = person.client.get(at)
    assert response.status_code == 401
    form = Page(response.text).forms[0]
    return person.client.post(form.action, data=form.fields | {"code": code})


def role(person: Person) -> str:
    return person.client.get("/role").text


def test_the_operators_pages_ask_for_the_code_and_then_open(alice: Person, stranger: Person) -> None:
    response = alice.client.get("/books?of=2026")
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "This page is for whoever runs the app." in Page(response.text).words
    assert ">Operator&#39;s code</label>" in response.text
    response = enter(alice, "who runs that", "/books?of=2026")
    assert (response.status_code, role(alice)) == (401, "visitor")
    assert "This is not the operator&#39;s code." in response.text
    again = Page(response.text).forms[0]
    response = alice.client.post(again.action, data=again.fields | {"code": f" {CODE} "})
    assert (response.status_code, response.location) == (303, "/books?of=2026")
    assert (alice.open("/books").words, role(alice), role(stranger)) == ("The books.", "operator", "visitor")
    assert alice.client.get("/operator").location == "/usage"
    assert ['href="/usage"' in person.open("/").html for person in (alice, stranger)] == [True, False]
    assert stranger.client.get("/operator").status_code == 401


def test_a_script_gets_json_and_a_shell_sends_the_code_in_a_header(app: Flask, stranger: Person) -> None:
    error = stranger.client.get("/books", headers=EVENTS).get_json()["error"]
    assert (error["kind"], error["message"][:37]) == ("operator_code", "The operator's code is needed here. R")
    shell = app.test_client(use_cookies=False)
    line = "The operator's code is needed here. Send it in a header: Authorization: Bearer CODE\n"
    assert shell.get("/books", headers={"Accept": "text/plain"}).text == line
    assert shell.get("/books", headers=bearer("wrong")).status_code == 401
    assert shell.get("/books", headers=bearer(CODE)).text == "The books."


def test_without_a_code_there_are_no_such_pages_and_no_operator(config: Config, alice: Person) -> None:
    form = Page(alice.client.get("/books").text).forms[0]
    with running(with_books(create_app(replace(config, operator_code=None)))) as nobodys:
        for person in (Person(nobodys), alice.at(nobodys)):
            assert person.client.get("/books").status_code == person.client.get("/operator").status_code == 404
            for code in ("", "None", CODE):
                assert person.client.post(form.action, data=form.fields | {"code": code}).status_code in (400, 404)
            assert role(person) == "visitor"


def test_another_code_makes_nobody_the_operator_until_they_enter_it(alice: Person, config: Config) -> None:
    enter(alice, CODE)
    with running(with_books(create_app(replace(config, operator_code=NEW_CODE)))) as changed:
        later = alice.at(changed)
        assert role(later) == "visitor"
        assert enter(later, CODE).status_code == 401
        assert enter(later, NEW_CODE).status_code == 303
        assert role(later) == "operator"


def test_codes_are_still_known_after_the_secret_has_changed_and_its_predecessor_is_kept(
    alice: Person, config: Config
) -> None:
    enter(alice, CODE)
    with running(with_books(create_app(replace(config, secret_key="another")))) as changed:
        changed.config["SECRET_KEY_FALLBACKS"] = [config.secret_key]
        assert role(alice.at(changed)) == "operator"
        changed.config["SECRET_KEY_FALLBACKS"] = []
        assert role(alice.at(changed)) == "visitor"


def test_the_operator_passes_the_door_and_whoever_passes_the_door_is_not_the_operator(closed: Flask) -> None:
    operator, visitor = Person(closed), Person(closed)
    assert enter(operator, CODE, "/").status_code == enter(visitor, ACCESS_CODE, "/").status_code == 303
    assert (role(operator), role(visitor)) == ("operator", "visitor")
    assert (operator.open("/books").words, visitor.client.get("/").status_code) == ("The books.", 200)
    response = enter(visitor, ACCESS_CODE)
    assert (response.status_code, role(visitor)) == (401, "visitor")
    shell = closed.test_client(use_cookies=False)
    assert shell.get("/books", headers=bearer(CODE)).text == "The books."
    response = shell.get("/books", headers=bearer(ACCESS_CODE))
    assert (response.status_code, response.text[:35]) == (401, "This is not the operator's code. Ch")


def test_wrong_codes_at_both_doors_are_counted_together(closed: Flask) -> None:
    guest, guesser = Person(closed), Person(closed)
    enter(guest, ACCESS_CODE, "/")
    for number in range(FROM_ONE):
        person, at = (guest, "/books") if number % 2 else (guesser, "/")
        assert enter(person, "wrong", at).status_code == 401
    for person, code, at in ((guest, "wrong", "/books"), (guest, CODE, "/books"), (guesser, ACCESS_CODE, "/")):
        assert enter(person, code, at).status_code == 429


def test_where_everybody_may_come_in_the_open_door_makes_nobody_the_operator(alice: Person, closed: Flask) -> None:
    form = Page(Person(closed).client.get("/").text).forms[0]
    token = Page(alice.client.get("/books").text).forms[0].fields["csrf_token"]
    assert alice.client.post(form.action, data={"csrf_token": token, "code": CODE}).status_code == 303
    assert role(alice) == "visitor"


def test_a_code_that_is_soon_guessed_or_that_visitors_know_stops_the_start() -> None:
    with pytest.raises(ConfigError, match="OPERATOR_CODE is too easily guessed: it must have at least 12"):
        Config.from_env({"OPERATOR_CODE": "eleven char"})
    with pytest.raises(ConfigError, match="must not be the same"):
        Config.from_env({"OPERATOR_CODE": CODE, "ACCESS_CODE": f" {CODE}"})
    assert Config.from_env({"OPERATOR_CODE": f" {CODE}"}).operator_code == CODE
    assert CODE not in repr(Config.from_env({"OPERATOR_CODE": CODE}))
