"""Whoever knows all ids of another visitor's, or of what was deleted, finds nothing at any address of the app.

Nor does, where there is an access code, whoever doesn't know it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app import create_app
from parley.config import Config
from tests.belongings import Belongings
from tests.conftest import running
from tests.people import EVENTS, Person

OPEN_TO_ALL = ("shares.read", "shares.image")  # with the link, anybody may
WORDS = ("Xylophone", "zebra", "Quagga")
KEEPS_FOR_ANY_CONVERSATION = "uploads.keep"  # there is none yet when the first message is written

as_whoever = pytest.mark.parametrize("headers", [{}, EVENTS], ids=["page", "script"])


def rules(app: Flask, method: str) -> list[Rule]:
    """The forms of addresses that name something, but for static files."""
    named = (rule for rule in app.url_map.iter_rules() if rule.arguments and rule.endpoint != "static")
    return [rule for rule in named if method in (rule.methods or ())]


def everything(person: Person, its: Belongings) -> list[Any]:
    """All that somebody has, as they see it."""
    pages = ("/conversations", "/shares")
    titles = [re.findall(r">([^<]*)</a>", person.open(page).html) for page in pages]
    return [*titles, person.client.get(f"{its.address}.json").data, person.client.get(f"/images/{its.image}").data]


def fields(person: Person, its: Belongings) -> dict[str, str]:
    """What any form might send, with a token of their own."""
    token = person.open().form("/turns").fields["csrf_token"]
    more = {"message": "Hi", "turn": str(uuid4()), "parent": its.answer, "at": its.answer, "title": "Mine"}
    return {"csrf_token": token} | more


def secrets(its: Belongings) -> tuple[str, ...]:
    return *WORDS, its.question, its.image


@as_whoever
def test_a_stranger_finds_nothing_anywhere_and_changes_nothing(
    app: Flask, alice: Person, stranger: Person, belongings: Belongings, headers: dict[str, str]
) -> None:
    before = everything(alice, belongings)
    sent = fields(stranger, belongings)
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if rule.endpoint in OPEN_TO_ALL:
                continue
            data = sent if method == "POST" else None
            response = stranger.client.open(belongings.at(rule), method=method, data=data, headers=headers)
            expected = 200 if rule.endpoint == KEEPS_FOR_ANY_CONVERSATION else 404
            assert response.status_code == expected, (method, rule)
            assert not [one for one in secrets(belongings) if one in f"{response.headers}{response.text}"], rule
            assert "Server-Timing" not in response.headers
    assert everything(alice, belongings) == before


def test_a_strangers_message_is_on_no_branch_of_mine(stranger: Person, belongings: Belongings) -> None:
    mine = stranger.say("Mine")
    for ending, name in product(("", ".md", ".txt", ".html"), ("at", "edit", "again")):
        response = stranger.client.get(f"{mine}{ending}?{name}={belongings.answer}")
        assert response.status_code == (404 if name == "at" or not ending else 200), (ending, name)
        assert "zebra" not in response.text, (ending, name)


def test_what_a_form_names_of_anothers_is_not_there(stranger: Person, belongings: Belongings) -> None:
    mine = stranger.say("Mine")
    sent = fields(stranger, belongings)
    assert stranger.client.post(f"{mine}/turns", data=sent).status_code == 404
    assert stranger.client.post(f"{mine}/shares", data=sent).status_code == 404
    response = stranger.client.post(f"{mine}/turns", data=sent | {"parent": "", "image": belongings.image})
    assert response.status_code == 422
    assert belongings.image not in response.text
    assert "Xylophone" not in stranger.open(f"/?deleted={belongings.conversation}").html
    assert "No conversation has these words" in stranger.open("/conversations?q=xylophone").words


@as_whoever
def test_what_is_deleted_is_nowhere_until_that_is_undone(
    app: Flask, alice: Person, belongings: Belongings, headers: dict[str, str]
) -> None:
    before = everything(alice, belongings)
    sent = fields(alice, belongings)
    alice.client.post(f"{belongings.address}/delete", data=sent)
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if rule.endpoint in ("organising.restore", "shares.revoke"):
                continue
            data = sent if method == "POST" else None
            response = alice.client.open(belongings.at(rule), method=method, data=data, headers=headers)
            expected = 200 if rule.endpoint == KEEPS_FOR_ANY_CONVERSATION else 404
            assert response.status_code == expected, (method, rule)
            assert not [one for one in secrets(belongings) if one in f"{response.headers}{response.text}"], rule
    assert "Xylophone" not in alice.open("/").html + alice.open("/shares").html
    assert "No conversation has these words" in alice.open("/conversations?q=xylophone").words
    assert alice.client.post(f"{belongings.address}/restore", data=sent).status_code == 303
    assert everything(alice, belongings) == before


# Where there is an access code

WITHOUT_A_CODE = {
    *("/up", "/static/<path:filename>", "/manifest.webmanifest", "/accent/<version>.css", "/logo/<version>"),
    *("/shares/<token>", "/shares/<token>/images/<int:number>", "/invitations/<token>"),
}
AT_THE_DOOR = {("POST", "/access"), ("POST", "/operator")}
LOST = {"page": {}, "script": EVENTS, "shell": {"Accept": "text/plain"}}


@pytest.fixture
def closed(app: Flask, config: Config) -> Iterator[Flask]:
    """The same app, once its operator has set an access code."""
    with running(create_app(replace(config, access_code="open sesame"))) as closed:
        yield closed


@pytest.mark.on_sqlite
@pytest.mark.parametrize("headers", LOST.values(), ids=LOST)
def test_without_the_code_not_even_what_is_ones_own_is_there(
    closed: Flask, alice: Person, belongings: Belongings, headers: dict[str, str]
) -> None:
    before = everything(alice, belongings)
    sent, at_the_door = fields(alice, belongings), alice.at(closed)
    for rule in closed.url_map.iter_rules():
        for method in rule.methods or ():
            if rule.rule in WITHOUT_A_CODE or (method, rule.rule) in AT_THE_DOOR:
                continue
            data = sent if method == "POST" else None
            response = at_the_door.client.open(belongings.at(rule), method=method, data=data, headers=headers)
            assert response.status_code == 401, (method, rule)
            assert not [word for word in WORDS if word in f"{response.headers}{response.text}"], rule
    assert everything(alice, belongings) == before


@pytest.mark.on_sqlite
def test_what_was_shared_can_still_be_read_and_the_app_is_still_well(closed: Flask, belongings: Belongings) -> None:
    reader = closed.test_client()
    shared = f"/shares/{belongings.token}"
    for address in ("/up", "/static/css/tokens.css", "/manifest.webmanifest", shared, f"{shared}/images/1"):
        with reader.get(address) as response:
            assert response.status_code == 200
            assert "Set-Cookie" not in response.headers
    assert "Xylophone?" in reader.get(shared).text
