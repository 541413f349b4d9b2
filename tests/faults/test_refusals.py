"""When the model's service refuses: each status, and errors that come with a 200."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.callers import Caller
from tests.faults.asking import Seen, ask, in_one_place, press
from tests.people import Page
from tests.upstream import Headers, Json, Upstream, chunk

pytestmark = pytest.mark.as_on_a_dyno

BUSY = "The model's service is busy or out of order. Retry in a moment."
ASKED_TOO_MUCH = "The model's service is asked too much at the moment. Wait a little, then retry."
NOTHING = "The model returned nothing. Retry, or put the question another way."
BLOCKED = "<html><head><title>Forbidden</title></head><body>Request blocked</body></html>"
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
LONG = {"error": {"code": 400, "message": "prompt is too long: 210000 tokens > 200000 maximum", "type": "error"}}
DONE = b"data: [DONE]\n\n"
SLOW = 15  # seconds that a countdown may have lost on a busy machine


def assert_failed(answer: Seen, words: str) -> None:
    """Not a word came, the visitor was told why, and can ask again."""
    assert (answer.state, answer.text) == ("failed", "")
    assert words in answer.error
    assert answer.offers("retry")
    assert not answer.offers("continue")


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        pytest.param(400, None, "did not accept this request", id="400"),
        pytest.param(400, LONG, "too long for the model", id="400 too long"),
        pytest.param(401, None, "export INFERENCE_KEY=$(heroku config:get -a $APP_NAME INFERENCE_KEY)", id="401"),
        pytest.param(403, None, "may not use this model", id="403 as JSON"),
        pytest.param(403, BLOCKED, "web firewall", id="403 as HTML"),
        pytest.param(404, None, "does not know this model", id="404"),
        pytest.param(413, None, "more than the model's service takes at once", id="413"),
        pytest.param(429, None, ASKED_TOO_MUCH, id="429"),
    ],
)
def test_a_refusal_is_told_in_words_and_not_asked_for_twice(
    visitor: Caller, upstream: Upstream, status: int, body: Json, words: str
) -> None:
    upstream.refuses(status, body)
    assert_failed(ask(visitor), words)
    assert len(upstream.chats) == 1


@in_one_place
@pytest.mark.parametrize(
    ("status", "body"),
    [(408, None), (500, None), (502, BAD_GATEWAY), (503, None), (504, None), (529, None)],
    ids=["408", "500", "502 as HTML", "503", "504", "529"],
)
def test_a_busy_service_is_asked_three_times_in_all(
    visitor: Caller, upstream: Upstream, status: int, body: Json
) -> None:
    upstream.refuses(status, body)
    assert_failed(ask(visitor), BUSY)
    assert len(upstream.chats) == 3


def test_nobody_hears_of_a_service_that_was_busy_for_a_moment(visitor: Caller, upstream: Upstream) -> None:
    upstream.refuses(503, times=1)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "Hello there.")
    assert len(upstream.chats) == 2


def test_the_words_of_the_service_are_not_the_visitors_and_the_key_is_nobodys(
    visitor: Caller, upstream: Upstream
) -> None:
    upstream.refuses(403, {"error": {"message": f"the key {upstream.key} may not, says backend.py"}})
    answer = ask(visitor)
    assert_failed(answer, "may not use this model")
    for seen in (answer.page.html, str(answer.events), visitor.server.log):
        assert upstream.key not in seen
    assert "backend.py" not in answer.page.html


def test_a_refused_question_is_answered_in_the_same_place_when_asked_again(visitor: Caller, upstream: Upstream) -> None:
    upstream.refuses(429)
    refused = ask(visitor)
    upstream.says("Now I can.")
    answer = press(visitor, refused.form("retry"))
    assert (answer.state, answer.text, answer.id) == ("complete", "Now I can.", refused.id)
    assert len(visitor.kept(answer.address)) == 2


@pytest.mark.parametrize(
    ("headers", "at_most"),
    [({"Retry-After": "20"}, 20), ({"Retry-After": "18.5"}, 19), ({"x-ratelimit-reset-requests": "1m30s"}, 90)],
    ids=["in seconds", "in parts of seconds", "by the limit that is used up"],
)
def test_a_limit_that_says_how_long_is_counted_down(
    visitor: Caller, upstream: Upstream, headers: Headers, at_most: int
) -> None:
    upstream.refuses(429, headers=headers)
    assert_counted_down(ask(visitor), at_most)


def test_a_limit_that_says_until_when_is_counted_down(visitor: Caller, upstream: Upstream) -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True)
    upstream.refuses(429, headers={"Retry-After": in_a_minute})
    assert_counted_down(ask(visitor), 60)


def assert_counted_down(answer: Seen, at_most: int) -> None:
    """So many seconds, or somewhat fewer on a slow machine."""
    assert_failed(answer, ASKED_TOO_MUCH)
    assert at_most - SLOW <= answer.end["retry_after"] <= at_most
    for html in (answer.end["html"], answer.page.html):
        seconds, words = countdown_in(html)
        assert at_most - SLOW <= seconds <= at_most
        assert str(seconds) in words


def countdown_in(html: str) -> tuple[int, str]:
    """The seconds in the attribute of the one countdown, and its words."""
    [(seconds, inside)] = re.findall(
        r'<parley-countdown seconds="(\d+)"[^>]*>(.*?)</parley-countdown>', html, re.DOTALL
    )
    return int(seconds), Page(inside).words


@in_one_place
@pytest.mark.parametrize(
    "headers",
    [{}, {"Retry-After": "soon"}, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}],
    ids=["absent", "in words", "long ago"],
)
def test_a_limit_that_does_not_say_how_long_counts_nothing_down(
    visitor: Caller, upstream: Upstream, headers: Headers
) -> None:
    upstream.refuses(429, headers=headers)
    answer = ask(visitor)
    assert_failed(answer, ASKED_TOO_MUCH)
    assert not answer.end.get("retry_after")
    assert "<parley-countdown" not in answer.end["html"] + answer.page.html


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"error": {"code": 429, "message": "slow down"}}, ASKED_TOO_MUCH),
        ({"error": {"status": 400, "message": "prompt is too long"}}, "too long for the model"),
        ({"error": "out of luck"}, "The model's service reported an error: out of luck"),
        ({"id": "overloaded", "message": "come back later"}, "The model's service reported an error: come back later"),
    ],
    ids=["with a status", "with the reason", "in a word", "without the name"],
)
def test_an_error_that_comes_with_a_200_is_an_error(
    visitor: Caller, upstream: Upstream, error: Json, words: str
) -> None:
    upstream.refuses(200, error)
    assert_failed(ask(visitor), words)


def test_an_error_in_the_place_of_the_first_word_is_an_error(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends({"error": {"code": 529, "message": "overloaded"}})
    assert_failed(ask(visitor), BUSY)


@pytest.mark.parametrize(
    "nothing",
    [(), (b"\n\n",), (DONE,), (chunk("", role="assistant"), chunk(finish="stop"), DONE)],
    ids=["no body", "empty lines", "the end at once", "no words"],
)
def test_an_answer_without_a_word_is_an_error(visitor: Caller, upstream: Upstream, nothing: Json) -> None:
    upstream.sends(*nothing)
    assert_failed(ask(visitor), NOTHING)


@in_one_place
@pytest.mark.parametrize("body", ["<html><title>Welcome</title></html>", "Welcome", '{"half": '])
def test_what_is_no_answer_at_all_is_not_shown_as_one(visitor: Caller, upstream: Upstream, body: str) -> None:
    upstream.refuses(200, body)
    answer = ask(visitor)
    assert_failed(answer, "is not an answer")
    assert "Welcome" not in answer.page.words


def test_a_whole_completion_is_an_answer_though_a_stream_was_asked_for(visitor: Caller, upstream: Upstream) -> None:
    message = {"role": "assistant", "content": "Hello there.", "reasoning": {"thinking": "Hm."}}
    completion = {
        "object": "chat.completion",
        "model": "parrot-2",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 5},
    }
    upstream.sends(json.dumps(completion), headers={"Content-Type": "application/json"}, framing="length")
    answer = ask(visitor)
    assert (answer.state, answer.text, answer.kept["reasoning"]) == ("complete", "Hello there.", "Hm.")
    assert answer.end["usage"] == {"prompt": 3, "completion": 5}


def test_a_redirect_is_refused_and_the_key_does_not_follow_it(visitor: Caller, upstream: Upstream) -> None:
    with Upstream() as elsewhere:
        upstream.redirects(elsewhere.url + "/v1/chat/completions")
        assert_failed(ask(visitor), "points to another address")
        assert elsewhere.requests == []
        assert elsewhere.connections == 0


def test_a_visitor_without_scripts_reads_the_same(visitor: Caller, upstream: Upstream) -> None:
    upstream.refuses(413)
    address = visitor.submit("Hi").url.removeprefix(visitor.server.url).partition("#")[0]
    answer = visitor.kept(address)[-1]["id"]
    assert "more than the model's service takes" in visitor.page(f"/answers/{answer}").words
    assert "more than the model's service takes" in visitor.page(address).words
