"""`/setup`: what the doctor finds, for whoever runs the app and nobody else."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import create_app
from parley.config import Config
from parley.doctor import way
from tests.conftest import running
from tests.people import Page, Person
from tests.upstream import Upstream

pytestmark = pytest.mark.on_sqlite

ACCESS_CODE, OPERATOR_CODE = "open sesame", "three random words"

MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app(config: Config) -> Iterator[MakeApp]:
    """The app with other settings."""
    with ExitStack() as stack:
        yield lambda **changes: stack.enter_context(running(create_app(replace(config, **changes))))


def enter(person: Person, code: str) -> TestResponse:
    """Come to the page, and enter the code that is asked for there."""
    asked = person.client.get("/setup")
    assert asked.status_code == 401
    form = Page(asked.text).forms[0]
    return person.client.post(form.action, data=form.fields | {"code": code})


def look(person: Person, **changes: Any) -> TestResponse:
    form = person.open("/setup").form("/setup")
    return person.client.post(form.action, data=form.fields | changes)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"access_code": ACCESS_CODE}, ACCESS_CODE),
        ({"operator_code": OPERATOR_CODE}, OPERATOR_CODE),
        ({"access_code": ACCESS_CODE, "operator_code": OPERATOR_CODE}, OPERATOR_CODE),
    ],
)
def test_whoever_knows_the_code_reads_what_the_command_prints(
    settings: dict[str, str], code: str, make_app: MakeApp, upstream: Upstream
) -> None:
    app = make_app(**settings)
    operator = Person(app)
    assert enter(operator, code).location == "/setup"
    assert operator.open("/setup").html.count('class="finding"') == 0
    assert upstream.chats == []
    page = Page(look(operator).text)
    assert len(upstream.chats) == 2
    for line in app.test_cli_runner().invoke(args=["doctor"]).stdout.splitlines()[:5]:
        assert line[20:] in page.words
    assert "owl-1 answers" in page.words
    assert "1 to think about." in page.words  # the secret of the tests is a short one


def test_where_everybody_may_come_in_nothing_is_looked_at(alice: Person, upstream: Upstream) -> None:
    page = alice.open("/setup")
    assert "put into .env: OPERATOR_CODE=" in page.words
    assert "flask --app app doctor" in page.words
    assert [form.action for form in page.forms] == []
    button = alice.open("/").form("/theme")
    response = alice.client.post("/setup", data={"csrf_token": button.fields["csrf_token"]})
    assert response.status_code == 403
    assert upstream.chats == []


def test_where_there_is_an_operator_visitors_are_asked_for_that_code(make_app: MakeApp, upstream: Upstream) -> None:
    visitor = Person(make_app(access_code=ACCESS_CODE, operator_code=OPERATOR_CODE))
    enter(visitor, ACCESS_CODE)
    assert "Operator's code" in Page(visitor.client.get("/setup").text).words
    assert visitor.client.post("/setup").status_code == 401
    assert upstream.chats == []


def test_another_site_can_not_press_the_button(make_app: MakeApp, upstream: Upstream) -> None:
    operator = Person(make_app(operator_code=OPERATOR_CODE))
    enter(operator, OPERATOR_CODE)
    assert look(operator, csrf_token="").status_code == 400
    assert upstream.chats == []


def test_it_is_done_no_more_than_ten_times_in_ten_minutes(make_app: MakeApp) -> None:
    operator = Person(make_app(operator_code=OPERATOR_CODE, attachments=()))
    enter(operator, OPERATOR_CODE)
    assert [look(operator).status_code for _ in range(10)] == [200] * 10
    refused = look(operator)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_the_pieces_come_to_everybody(make_app: MakeApp) -> None:
    response = make_app(access_code=ACCESS_CODE).test_client().get("/setup/pieces")
    assert response.text.count("event: piece\n") == way.PIECES
    assert response.mimetype == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store, no-transform"
