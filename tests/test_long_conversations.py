"""Conversations that are longer than the model can read: what is sent, and what the visitor is told."""

import pytest

from parley.config import Config
from tests.conftest import SECRET, UNLIMITED
from tests.people import Page, Person, Told
from tests.test_seen import answers, press, seen
from tests.upstream import Json, Upstream

pytestmark = pytest.mark.on_sqlite

LONG = "a b c d e " * 31  # about 100 tokens
LINE = "What stands above is no longer sent to the model"
CUT = "What was said first is no longer sent to it."
TOO_LONG = {"error": {"code": 400, "message": "Input is too long for requested model."}}


@pytest.fixture
def config(upstream: Upstream, database_url: str, request: pytest.FixtureRequest) -> Config:
    limit = getattr(request, "param", "500")
    env = {"SECRET_KEY": SECRET, "DATABASE_URL": database_url, "CONTEXT_LIMIT": limit}
    return Config.from_env({**env, **UNLIMITED, **upstream.env})


no_limit = pytest.mark.parametrize("config", [""], ids=["no limit"], indirect=True)


def questions(chat: Json) -> list[str]:
    """The first words of the questions that were sent."""
    return [message["content"].partition(" ")[0] for message in chat["messages"] if message["role"] == "user"]


def talk(alice: Person, *words: str, at: str = "/") -> str:
    for word in words:
        at = alice.say(f"{word} {LONG}", at=at)
    return at


def notices(told: list[Told]) -> list[str]:
    return [event["message"] for name, event in told if name == "notice"]


def first_below_the_line(page: Page) -> str:
    """The message that stands below the line, by its first word."""
    return Page(page.html.partition(LINE)[2]).questions[0].split()[0]


def test_the_oldest_turns_are_left_out_and_a_line_says_where(alice: Person, upstream: Upstream) -> None:
    here = talk(alice, "one", "two", "three", "four", "five")
    assert questions(upstream.chats[2]) == ["one", "two", "three"]
    assert questions(upstream.chats[-1]) == ["three", "four", "five"]
    page = alice.open(here)
    assert page.html.count(LINE) == 1
    assert first_below_the_line(page) == "three"
    assert [question.split()[0] for question in page.questions] == ["one", "two", "three", "four", "five"]


def test_there_is_no_line_while_all_of_it_is_sent(alice: Person) -> None:
    assert LINE not in alice.open(talk(alice, "one", "two", "three")).html


def test_the_first_time_it_is_said_at_once_and_then_no_more(alice: Person) -> None:
    here = talk(alice, "one", "two", "three")
    assert [CUT in notice for notice in notices(alice.hear(f"four {LONG}", at=here))] == [True]
    assert notices(alice.hear(f"five {LONG}", at=here)) == []


def test_what_was_left_out_is_shown(alice: Person, upstream: Upstream) -> None:
    here = talk(alice, "one", "two", "three", "four", "five")
    answer = answers(alice, here)[-1]
    shown = seen(alice, answer)
    assert shown["request"] == upstream.chats[-1]
    assert shown["left_out"] == {"messages": 4, "fields": []}
    page = alice.open(f"/answers/{answer['id']}/seen")
    assert "The oldest 4 messages" in page.words
    assert page.links["from this message"].endswith(f"#message-{shown['first_sent']}")


def test_another_branch_has_a_line_of_its_own(alice: Person, upstream: Upstream) -> None:
    here = talk(alice, "one", "two", "three", "four", "five")
    branch = alice.say("Short", at=here, parent=answers(alice, here)[0]["id"])
    assert questions(upstream.chats[-1]) == ["one", "Short"]
    assert LINE not in alice.open(branch).html
    assert first_below_the_line(alice.open(f"{here}?at={answers(alice, here)[4]['id']}")) == "three"


@no_limit
def test_what_the_model_finds_too_long_is_asked_once_more_with_less(alice: Person, upstream: Upstream) -> None:
    here = talk(alice, "one", "two", "three")
    upstream.refuses(400, TOO_LONG, times=1)
    told = alice.hear(f"four {LONG}", at=here)
    assert questions(upstream.chats[-2]) == ["one", "two", "three", "four"]
    assert questions(upstream.chats[-1]) == ["three", "four"]
    assert notices(told) == ["The conversation was too long for the model, so it read only the last 3 messages."]
    assert told[-1][1]["state"] == "complete"
    assert first_below_the_line(alice.open(here)) == "three"
    answer = answers(alice, here)[-1]
    assert seen(alice, answer)["request"] == upstream.chats[-1]
    assert "the model refused the whole as too long" in alice.open(f"/answers/{answer['id']}/seen").words


@no_limit
def test_what_the_model_refused_once_is_not_sent_to_it_again(alice: Person, upstream: Upstream) -> None:
    here = talk(alice, "one", "two", "three")
    upstream.refuses(400, TOO_LONG, times=1)
    talk(alice, "four", "five", "six", at=here)
    assert questions(upstream.chats[-2]) == ["three", "four", "five"]
    assert questions(upstream.chats[-1]) == ["three", "four", "five", "six"]
    alice.say("Another model", at=here, model="owl-1")
    assert questions(upstream.chats[-1])[0] == "one"


@no_limit
def test_what_stays_too_long_fails_in_words_with_nothing_lost(alice: Person, upstream: Upstream) -> None:
    here = talk(alice, "one", "two", "three")
    upstream.refuses(400, TOO_LONG)
    asked_before = len(upstream.chats)
    told = alice.hear(f"four {LONG}", at=here)
    assert "too long for the model" in told[-1][1]["error"]
    assert len(upstream.chats) == asked_before + 2
    assert alice.open(here).questions[-1].startswith("four")


def test_an_answer_goes_on_with_what_fits(alice: Person, upstream: Upstream) -> None:
    here = talk(alice, "one", "two", "three")
    upstream.says("So far", finish="length")
    talk(alice, "four", at=here)
    upstream.says(" and further.")
    press(alice, here, "/continue")
    assert questions(upstream.chats[-1]) == ["two", "three", "four"]
    assert seen(alice, answers(alice, here)[-1])["request"] == upstream.chats[-1]


@no_limit
@pytest.mark.parametrize(
    "listed", [{"max_model_len": 500}, {"meta": {"n_ctx": 500, "n_ctx_train": 9000}}, {"meta": {"n_ctx_train": 500}}]
)
def test_a_server_may_list_what_its_models_hold(alice: Person, upstream: Upstream, listed: Json) -> None:
    upstream.serves_catalogue(None, [{"id": "parrot-2", **listed}])
    talk(alice, "one", "two", "three", "four")
    assert questions(upstream.chats[-1]) == ["two", "three", "four"]


def test_a_limit_that_is_no_number_stops_the_start() -> None:
    with pytest.raises(Exception, match="CONTEXT_LIMIT must be a whole number above zero"):
        Config.from_env({"SECRET_KEY": SECRET, "CONTEXT_LIMIT": "0"})
