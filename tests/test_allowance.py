"""What visitors see of the day's allowance: nothing, then how much is left, then a chat that can only be read."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from parley.config import Config, ConfigError
from parley.parts import Parts
from parley.spending import Allowance, Day
from parley.tables import ledger
from tests.conftest import running
from tests.people import EVENTS, Page, Person
from tests.upstream import Upstream
from tests.waiting import eventually

pytestmark = pytest.mark.on_sqlite

BUDGET = 10_000
REPOSITORY = "https://github.com/somebody/parley"
USED_UP = "Today's allowance is used up"
LEFT = "of today's allowance is left"
TEXT = {"Accept": "text/plain"}


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, daily_token_budget=BUDGET, repository=REPOSITORY)


@pytest.fixture
def parts(app: Flask) -> Parts:
    found: Parts = app.extensions["parley"]
    return found


def spend(alice: Person, upstream: Upstream, tokens: int, at: str = "/") -> str:
    upstream.says("Hello there.", usage=(tokens - 5, 5))
    return alice.say("Hi", at=at)


def rows(parts: Parts) -> list[tuple[object, ...]]:
    """What the ledger says: state, prompt, completion, whether these are estimated, what it counts for."""
    columns = ("state", "prompt_tokens", "completion_tokens", "is_estimated", "charged")
    with parts.archive.database.reading() as connection:
        asked = select(*(ledger.c[name] for name in columns)).order_by(ledger.c.began_at)
        return [tuple(row) for row in connection.execute(asked)]


def test_an_answer_counts_for_what_the_models_service_says(alice: Person, upstream: Upstream, parts: Parts) -> None:
    upstream.says("Hello there.", usage=(40, 7))
    here = alice.say("Hi")
    assert rows(parts) == [("complete", 40, 7, False, 47)]
    assert parts.archive.ledger.day() == Day(47, 0)
    assert LEFT not in alice.open(here).words
    assert upstream.chats[-1]["max_tokens"] == 4096


def test_every_attempt_counts_and_what_was_refused_for_nothing(alice: Person, upstream: Upstream, parts: Parts) -> None:
    upstream.says("Once upon", finish="length", usage=(40, 7))
    here = alice.say("Hi")
    for ending in ("/continue", "/retry"):
        page = alice.open(here)
        form = page.form(ending) if ending == "/continue" else page.button(ending)
        upstream.says(" a time", usage=(60, 3))
        assert alice.client.post(form.action, data=form.fields).status_code == 303
        alice.finish(here)
    upstream.refuses(401)
    alice.say("And then?", at=here)
    told = [(state, charged) for state, _prompt, _completion, _estimated, charged in rows(parts)]
    assert told == [("length", 47), ("complete", 63), ("complete", 63), ("failed", 0)]
    assert parts.archive.ledger.day() == Day(47 + 63 + 63, 0)


def test_what_breaks_off_or_is_stopped_counts_by_its_words(alice: Person, upstream: Upstream, parts: Parts) -> None:
    upstream.says("Hello ", "there.", usage=None)
    upstream.drops_after(1)
    alice.say("Hi")
    state, prompt, completion, is_estimated, charged = rows(parts)[0]
    assert (state, is_estimated) == ("interrupted", True)
    assert 0 < int(str(prompt)) < 50
    assert 0 < int(str(completion)) < 10 < 250 < int(str(charged)) < 1000
    upstream.stalls_before_headers()
    response = alice.send("Hi")
    assert parts.archive.ledger.day().reserved > 4096
    assert upstream.asked.wait(5)
    form = alice.open(response.location).form("/stop")
    alice.client.post(form.action, data=form.fields)
    assert eventually(lambda: parts.archive.ledger.day().reserved == 0)
    assert rows(parts)[1][0] == "stopped"
    assert int(str(rows(parts)[1][4])) > 4096


def test_the_ledger_stays_when_a_conversation_is_deleted(alice: Person, upstream: Upstream, parts: Parts) -> None:
    here = spend(alice, upstream, 100)
    options = alice.open(f"{here}/options").form("/delete")
    assert alice.client.post(options.action, data=options.fields).status_code == 303
    assert rows(parts) == [("complete", 95, 5, False, 100)]
    assert parts.archive.ledger.day() == Day(100, 0)


def test_a_page_says_when_little_is_left_and_so_does_the_header_for_scripts(alice: Person, upstream: Upstream) -> None:
    here = spend(alice, upstream, 8500)
    assert f"About 15% {LEFT}. It begins anew in " in alice.open(here).words
    assert "00:00 UTC" in alice.open("/").words
    upstream.says("Short.", usage=(3, 5))
    response = alice.send("Hi", at=here, headers=EVENTS)
    assert response.headers["Allowance"].startswith(f"About 15% {LEFT}.")
    assert "Deploy your own" not in alice.open(here).words


def test_once_it_is_spent_all_can_be_read_and_nothing_asked(alice: Person, upstream: Upstream, app: Flask) -> None:
    here = spend(alice, upstream, BUDGET)
    page = alice.open(here)
    assert USED_UP in page.words
    assert page.links["Deploy your own"] == f"https://www.heroku.com/deploy?template={REPOSITORY}"
    assert "readonly" in page.html
    asked = len(upstream.chats)
    refused = alice.send("My words", at=here)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert "My words</textarea>" in refused.text
    assert Page(refused.text).words.count(USED_UP) == 1
    script = alice.send("My words", at=here, headers=EVENTS)
    assert script.status_code == 429
    assert script.json
    assert script.json["error"]["kind"] == "allowance_spent"
    assert script.json["error"]["message"] in page.words
    again = page.button("/retry")
    assert alice.client.post(again.action, data=again.fields).status_code == 429
    shell = app.test_client(use_cookies=False).post("/", data={"message": "Why?"}, headers=TEXT)
    assert (shell.status_code, shell.mimetype) == (429, "text/plain")
    assert shell.text.startswith(USED_UP)
    assert "Retry-After" in shell.headers
    assert len(upstream.chats) == asked
    for address in (f"{here}.md", f"{here}.json", "/conversations?q=Hi", f"{here}/options", "/conversations"):
        assert alice.client.get(address).status_code == 200
    assert "My words" not in alice.open(here).questions
    assert "starters" not in alice.open("/").html


def test_a_message_that_is_too_long_for_the_rest_is_refused_with_its_text(alice: Person, upstream: Upstream) -> None:
    here = spend(alice, upstream, 8000)
    refused = alice.send("x" * 3000, at=here)
    assert refused.status_code == 429
    assert "too long for what is left of today&#39;s allowance" in refused.text
    assert alice.say("A short one", at=here)


def test_a_conversation_that_is_too_long_for_the_rest_fails_in_words(alice: Person, upstream: Upstream) -> None:
    upstream.says("x" * 3000, usage=(10, 5))
    here = alice.say("Say much")
    spend(alice, upstream, 7500)
    told = alice.hear("And more?", at=here)
    assert told[-1][1]["state"] == "failed"
    assert "too long for what is left" in told[-1][1]["error"]
    assert told[-1][1]["retry_after"] > 20
    assert "And more?" in alice.open(here).questions


def test_while_others_have_set_aside_the_rest_one_waits_a_moment(
    alice: Person, stranger: Person, upstream: Upstream
) -> None:
    spend(alice, upstream, 7000)
    upstream.says("Hello", " there.")
    upstream.stalls_after(1)
    alice.send("Hi", "/")
    assert upstream.asked.wait(5)
    refused = stranger.send("Hi")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 60
    assert "Try again in a moment" in refused.text
    upstream.release()
    assert eventually(lambda: stranger.send("Hi").status_code == 303)


def test_no_refusal_of_a_length_makes_an_answer_longer_than_was_set_aside(alice: Person, upstream: Upstream) -> None:
    upstream.refuses(400, {"error": {"message": "max_tokens is not supported"}})
    told = alice.hear("Hi")
    assert told[-1][1]["state"] == "failed"
    assert all({"max_tokens", "max_completion_tokens"} & set(chat) for chat in upstream.chats)


def test_what_curl_asks_counts_though_nothing_is_kept(app: Flask, upstream: Upstream, parts: Parts) -> None:
    upstream.says("Hello there.", usage=(40, 7))
    shell = app.test_client(use_cookies=False).post("/", data={"message": "Why?"}, headers=TEXT)
    assert shell.text == "Hello there."
    assert eventually(lambda: parts.archive.ledger.day() == Day(47, 0))
    assert rows(parts) == [("complete", 40, 7, False, 47)]


def test_an_allowance_says_what_is_left_of_it() -> None:
    plenty, little, nothing = (Allowance(1000, Day(spent), least=50) for spent in (100, 850, 980))
    assert (plenty.words, plenty.free) == (None, 900)
    assert (little.words or "").startswith("About 15% of today's allowance is left. It begins anew in ")
    assert (nothing.words or "").startswith(USED_UP)
    assert Allowance(1000, Day(2000), 50).left == 0


@pytest.mark.parametrize("wrong", ["0", "-1", "a lot", "1e6"])
def test_a_budget_is_a_whole_number(wrong: str) -> None:
    with pytest.raises(ConfigError, match="DAILY_TOKEN_BUDGET"):
        Config.from_env({"DAILY_TOKEN_BUDGET": wrong})


def test_a_repository_is_an_address_on_github() -> None:
    for wrong in ("github.com/a/b", "http://github.com/a/b", "https://github.com/a", "https://elsewhere.example/a/b?x"):
        with pytest.raises(ConfigError, match="REPOSITORY"):
            Config.from_env({"REPOSITORY": wrong})
    for right in ("https://github.com/a/b", "https://github.com/a/b.git", "https://github.com/a/b/"):
        assert Config.from_env({"REPOSITORY": right}).repository == "https://github.com/a/b"
    assert Config.from_env({}).deploy_address is None


def test_a_fork_that_is_not_told_has_no_link(config: Config, upstream: Upstream) -> None:
    with running(create_app(replace(config, repository=None))) as app:
        spend(alice := Person(app), upstream, BUDGET)
        page = alice.open("/")
        assert USED_UP in page.words
        assert "Deploy your own" not in page.words
