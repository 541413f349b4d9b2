"""Somebody at a shell asks, and reads the bare words of the answer. tests/faults/test_listeners.py has the sockets."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from parley import schema
from parley.config import Config
from tests.people import Person
from tests.upstream import Upstream, chunk

pytestmark = pytest.mark.on_sqlite

TEXT = {"Accept": "text/plain"}
NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def shell(app: Flask) -> FlaskClient:
    """Whoever asks without a cookie, each time anew."""
    return app.test_client(use_cookies=False)


def ask(shell: FlaskClient, message: str = "Why?", at: str = "/", **options: str) -> TestResponse:
    return shell.post(at, data={"message": message} | options, headers=TEXT)


@pytest.mark.parametrize("address", ["/", f"/conversations/{NOBODYS}/turns"])
def test_the_words_of_the_answer_are_all_that_comes(shell: FlaskClient, upstream: Upstream, address: str) -> None:
    upstream.says("Because\n", "of *light* & <air>.", reasoning=("Hm.",))
    response = ask(shell, "Why is the sky blue?", address)
    assert (response.status_code, response.text) == (200, "Because\nof *light* & <air>.")
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store, no-transform"
    assert upstream.chats[0]["messages"] == [{"role": "user", "content": "Why is the sky blue?"}]


def test_nothing_is_kept_and_nobody_is_remembered(app: Flask, shell: FlaskClient, alice: Person) -> None:
    response = ask(shell, at=f"/conversations/{NOBODYS}/turns")
    assert response.text == "Hello there."
    assert "Set-Cookie" not in response.headers
    with app.extensions["parley"].archive.database.reading() as connection:
        for table in ("conversations", "messages"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_the_model_may_be_named(shell: FlaskClient, upstream: Upstream) -> None:
    assert ask(shell, model="owl-1").status_code == 200
    assert upstream.chats[0]["model"] == "owl-1"
    response = ask(shell, model="dodo")
    assert (response.status_code, response.text) == (404, "This model is not offered here. Pick another one.\n")


def test_the_operators_instructions_go_first(upstream: Upstream, database_url: str) -> None:
    env = {"SECRET_KEY": "x", "DATABASE_URL": database_url, "SYSTEM_PROMPT": "Be brief.", **upstream.env}
    app = create_app(Config.from_env(env))
    schema.upgrade(app.extensions["parley"].archive.database)
    assert ask(app.test_client()).status_code == 200
    assert upstream.chats[0]["messages"][0] == {"role": "system", "content": "Be brief."}
    app.extensions["parley"].archive.database.close()


def test_with_a_cookie_it_is_refused_in_words(shell: FlaskClient, alice: Person, upstream: Upstream) -> None:
    alice.say("Hello")
    asked = len(upstream.chats)
    response = alice.client.post("/", data={"message": "Why?"}, headers=TEXT)
    assert response.status_code == 400
    assert response.text.startswith("This request came with a cookie")
    assert response.text.count("\n") == 1
    other = shell.post("/", data={"message": "Why?"}, headers=TEXT | {"Cookie": "theme=dark"})
    assert other.status_code == 400
    assert "Set-Cookie" not in other.headers
    assert len(upstream.chats) == asked


def test_a_page_of_another_site_spends_nothing(shell: FlaskClient, upstream: Upstream) -> None:
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ):
        response = shell.post("/", data={"message": "Why?"}, headers=TEXT | headers)
        assert response.status_code == 403
        assert response.text == "This request came from a page of another site. Ask for text/plain from a shell.\n"
    assert upstream.chats == []


def test_what_comes_from_here_is_answered(shell: FlaskClient) -> None:
    headers = TEXT | {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert shell.post("/", data={"message": "Why?"}, headers=headers).text == "Hello there."


def test_what_may_not_be_said_is_refused_on_a_line(shell: FlaskClient) -> None:
    empty = "The message is empty."
    for message, words in {"": empty, " \n": empty, "x" * 100_001: "100,000 is the most"}.items():
        response = ask(shell, message)
        assert (response.status_code, response.mimetype) == (422, "text/plain")
        assert words in response.text
        assert response.text.count("\n") == 1


def test_a_body_that_is_too_large_is_refused_on_a_line(shell: FlaskClient) -> None:
    response = ask(shell, "x" * 5_000_000)
    assert (response.status_code, response.mimetype) == (413, "text/plain")
    assert response.text == "That is more than can be sent at once. Shorten it, or send it in parts.\n"


def test_without_a_model_the_refusal_is_a_line(database_url: str) -> None:
    app = create_app(Config.from_env({"SECRET_KEY": "x", "DATABASE_URL": database_url}))
    response = ask(app.test_client())
    assert (response.status_code, response.mimetype) == (503, "text/plain")
    assert response.text.startswith("No model is set up here yet.")
    app.extensions["parley"].archive.database.close()


def test_what_fails_before_the_first_word_has_the_status_of_the_failure(shell: FlaskClient, upstream: Upstream) -> None:
    words = {401: "does not accept the key", 429: "asked too much", 500: "busy or out of order"}
    for status, advice in words.items():
        upstream.refuses(status, headers={"Retry-After": "7"})
        response = ask(shell)
        assert (response.status_code, response.mimetype) == (status, "text/plain")
        assert advice in response.text
        assert response.text.count("\n") == 1
        assert status != 429 or response.headers["Retry-After"] == "7"


def test_an_answer_without_a_word_is_a_failure(shell: FlaskClient, upstream: Upstream) -> None:
    upstream.says()
    response = ask(shell)
    assert (response.status_code, response.text) == (
        502,
        "The model returned nothing. Retry, or put the question another way.\n",
    )


def test_what_breaks_off_says_so_on_the_last_line(shell: FlaskClient, upstream: Upstream) -> None:
    upstream.sends(chunk("Once upon"))
    upstream.drops_after(1)
    response = ask(shell)
    assert response.status_code == 200
    assert response.text == "Once upon\n[The answer broke off. What came so far is above.]\n"


def test_what_reached_its_greatest_length_says_so_on_the_last_line(shell: FlaskClient, upstream: Upstream) -> None:
    upstream.says("Once upon", finish="length")
    assert ask(shell).text == "Once upon\n[The answer reached the greatest length it may have, and ends here.]\n"


def test_an_answer_without_end_is_cut(shell: FlaskClient, upstream: Upstream) -> None:
    upstream.sends(chunk("x" * 100_000))
    upstream.never_ends()
    text = ask(shell).text
    assert text.count("x") == 1_000_000
    assert text.endswith("\n[The answer reached the greatest length it may have, and ends here.]\n")
    assert upstream.hung_up.wait(5)


def test_odd_characters_are_replaced(shell: FlaskClient, upstream: Upstream) -> None:
    upstream.sends(b'data: {"choices": [{"delta": {"content": "a\\u0000b\\ud800c"}}]}\n\n', chunk(finish="stop"))
    assert ask(shell, "a\0b").text == "a\ufffdb\ufffdc"
    assert upstream.chats[0]["messages"][0]["content"] == "a\ufffdb"


def test_a_form_that_is_sent_to_the_first_page_begins_a_conversation(alice: Person) -> None:
    form = alice.open("/").form("/turns")
    response = alice.client.post("/", data=form.fields | {"message": "Hello"})
    assert response.status_code == 303
    alice.finish(response.location.partition("#")[0])
