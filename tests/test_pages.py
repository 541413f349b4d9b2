"""What every page and every error has: headers, words, and nothing that it should not say."""

import re

import pytest
from flask import Flask

from app import create_app
from parley.config import Config
from tests.people import EVENTS, Person
from tests.trees import brought_back
from tests.upstream import Upstream

pytestmark = pytest.mark.on_sqlite

NOBODYS = "00000000-0000-4000-8000-000000000000"


def test_no_id_is_twice_on_a_page(alice: Person, upstream: Upstream) -> None:
    upstream.says("So far", finish="length")
    here = brought_back(alice)
    said = alice.client.get(f"{here}.json").get_json()["messages"]
    share = alice.open(f"{here}/options").form("/shares")
    for at in ("", said[1]["id"]):
        alice.client.post(share.action, data=share.fields | {"at": at})
    forms = [f"{here}?{'edit' if one['role'] == 'user' else 'again'}={one['id']}" for one in said]
    gone = alice.say("Hello", alice.say("Hello"))
    delete = alice.open(f"{gone}/options").form("/delete")
    deleted = alice.client.post(delete.action, data=delete.fields).location
    sheets = (f"{here}/options", "/conversations", "/conversations/import", "/shares")
    for address in ("/", here, *forms, deleted, *sheets):
        ids = re.findall(r'\sid="([^"]*)"', alice.open(address).html)
        assert len(ids) == len(set(ids)), (address, sorted(ids))


def test_each_page_renews_the_cookie_and_static_files_leave_it_alone(alice: Person) -> None:
    here = alice.say("Hello")
    assert "Set-Cookie" in alice.client.get("/").headers
    assert "Set-Cookie" in alice.client.get(here).headers
    with alice.client.get("/static/js/main.js") as response:
        assert "Set-Cookie" not in response.headers


def test_the_session_cookie_is_small_and_out_of_reach_of_scripts(alice: Person) -> None:
    cookie = alice.client.get("/").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert len(cookie) < 500


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere",
        f"/conversations/{NOBODYS}",
        f"/conversations/{NOBODYS}.md",
        f"/conversations/{NOBODYS}.json",
        f"/conversations/{NOBODYS}.txt",
        f"/conversations/{NOBODYS}.html",
        "/conversations/7",
        "/conversations/../../etc/passwd",
        f"/answers/{NOBODYS}",
        f"/answers/{NOBODYS}/events",
    ],
)
def test_what_is_not_there_is_not_found_in_words(alice: Person, address: str) -> None:
    response = alice.client.get(address)
    assert response.status_code == 404
    assert "There is no such page here." in response.text
    assert "New chat" in response.text


def test_a_page_of_a_branch_that_is_not_there_is_not_found(alice: Person) -> None:
    assert alice.client.get(alice.say("Hello") + "?at=7").status_code == 404


@pytest.mark.parametrize("address", ["/", f"/conversations/{NOBODYS}/turns", f"/answers/{NOBODYS}/stop"])
def test_other_methods_are_refused(alice: Person, address: str) -> None:
    assert alice.client.delete(address).status_code == 405


def test_a_body_that_is_too_large_is_refused_in_words(alice: Person) -> None:
    form = alice.open("/").form("/turns")
    response = alice.client.post(form.action, data=form.fields | {"message": "a" * 5_000_000})
    assert response.status_code == 413
    assert "Shorten it" in response.text
    response = alice.client.post(form.action, data={"message": "a" * 5_000_000}, headers=EVENTS)
    assert response.get_json()["error"]["kind"] == "request_entity_too_large"


def test_a_tampered_cookie_makes_a_new_visitor(alice: Person) -> None:
    here = alice.say("Hello")
    cookie = alice.client.get_cookie("parley")
    assert cookie
    alice.client.set_cookie("parley", cookie.value[:-2])
    assert alice.client.get(here).status_code == 404
    assert alice.client.get("/").status_code == 200


def test_the_address_of_the_app_says_whether_it_works(alice: Person) -> None:
    assert alice.client.get("/up").get_json() == {"status": "ok"}


@pytest.fixture
def without_tables(upstream: Upstream, bare_database_url: str) -> Flask:
    """An app whose database nobody has migrated."""
    return create_app(Config.from_env({"SECRET_KEY": "x", "DATABASE_URL": bare_database_url, **upstream.env}))


def test_a_database_that_does_not_answer_is_said_and_the_text_is_kept(without_tables: Flask) -> None:
    alice = Person(without_tables)
    assert alice.client.get("/up").status_code == 503
    response = alice.send("Keep this")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "Keep this</textarea>" in response.text
    assert alice.client.get(f"/conversations/{NOBODYS}").status_code == 503
    without_tables.extensions["parley"].archive.database.close()
