"""What is tried again, how often, and what is not."""

import pytest

from parley.inference.client import ChatRequest, InferenceClient
from tests.inference.asking import QUESTION, ask, error_of
from tests.upstream import Upstream

BUSY = [408, 500, 502, 503, 504, 529]


@pytest.mark.parametrize("status", BUSY)
def test_a_busy_service_is_asked_again(client: InferenceClient, upstream: Upstream, status: int) -> None:
    upstream.refuses(status, times=2)
    assert ask(client).text == "Hello there."
    assert len(upstream.chats) == 3


@pytest.mark.parametrize("status", BUSY)
def test_a_service_that_stays_busy_is_asked_three_times_in_all(
    client: InferenceClient, upstream: Upstream, status: int
) -> None:
    upstream.refuses(status)
    assert error_of(client).kind == "unavailable"
    assert len(upstream.chats) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 429, 501])
def test_a_refusal_that_would_only_be_repeated_is_not(client: InferenceClient, upstream: Upstream, status: int) -> None:
    upstream.refuses(status)
    error_of(client)
    assert len(upstream.chats) == 1


def test_nothing_is_tried_again_once_a_word_has_come(client: InferenceClient, upstream: Upstream) -> None:
    upstream.says("So f", "ar")
    upstream.drops_after(1)
    assert ask(client).error
    assert len(upstream.chats) == 1


def test_the_wait_a_busy_service_asks_for_does_not_keep_the_visitor(
    client: InferenceClient, upstream: Upstream
) -> None:
    upstream.refuses(503, headers={"Retry-After": "3600"}, times=1)
    assert ask(client).text == "Hello there."


FULL = ChatRequest("parrot-2", QUESTION.messages, temperature=0.5, max_tokens=100, reasoning_effort="low")
THINKING = ChatRequest("parrot-2", QUESTION.messages, thinking_budget=2048)


@pytest.mark.parametrize(
    ("question", "message", "field"),
    [
        (FULL, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "max_tokens"),
        (FULL, "unknown field stream_options", "stream_options"),
        (FULL, "'temperature' does not support 0.5 with this model", "temperature"),
        (FULL, "reasoning_effort: extra inputs are not permitted", "reasoning_effort"),
        (THINKING, "extended_thinking is not supported by this model", "extended_thinking"),
    ],
)
def test_a_field_that_is_refused_by_name_is_left_out_once(
    client: InferenceClient, upstream: Upstream, question: ChatRequest, message: str, field: str
) -> None:
    upstream.refuses(400, {"error": {"code": 400, "message": message}}, times=1)
    assert ask(client, question).text == "Hello there."
    first, second = upstream.chats
    assert field in first
    assert field not in second


def test_the_limit_goes_by_its_other_name_then(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(400, {"error": {"message": "unknown field max_tokens"}}, times=1)
    ask(client, FULL)
    assert upstream.chats[1]["max_completion_tokens"] == 100


def test_a_visitor_is_told_of_a_wish_that_was_not_met(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(400, {"error": {"message": "unknown field extended_thinking"}}, times=1)
    [notice] = ask(client, THINKING).notices
    assert "cannot think" in notice


def test_a_visitor_is_not_told_of_what_makes_no_difference(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(400, {"error": {"message": "unknown field stream_options"}}, times=1)
    assert ask(client).notices == []


def test_each_field_is_given_up_at_most_once(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(400, {"error": {"message": "temperature, max_tokens, max_completion_tokens: no"}})
    assert error_of(client, FULL).kind == "rejected"
    assert len(upstream.chats) == 4


def test_a_field_that_was_not_sent_is_not_left_out(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(400, {"error": {"message": "messages: the temperature is too high for parrots"}})
    assert error_of(client).kind == "rejected"
    assert len(upstream.chats) == 1
