"""When the model's service takes a question and says nothing, or nothing more."""

import time

import pytest

from parley.event_stream import decode
from tests.callers import Caller
from tests.faults.asking import ask, in_one_place, press, seen
from tests.faults.conftest import PLACES, READ_TIMEOUT
from tests.people import EVENTS
from tests.upstream import Upstream, chunk

HEARTBEAT = b": \n\n"
HEARTBEAT_SECONDS = 15
PROMPTLY = 5  # seconds, on a busy machine
DONE = b"data: [DONE]\n\n"


def test_a_service_that_never_begins_is_given_up(visitor: Caller, upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("failed", "")
    assert answer.error == "The model's service went silent. Retry in a moment."
    assert READ_TIMEOUT <= answer.end["seconds"] < READ_TIMEOUT + PROMPTLY
    assert upstream.hung_up.wait(PROMPTLY)
    assert len(upstream.chats) == 1
    upstream.says("Here I am.")
    again = press(visitor, answer.form("retry"))
    assert (again.state, again.text, again.id) == ("complete", "Here I am.", answer.id)


def test_a_service_that_stalls_in_mid_answer_is_given_up_and_what_came_is_kept(
    visitor: Caller, upstream: Upstream
) -> None:
    upstream.says("So far", " and never further")
    upstream.stalls_after(1)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("interrupted", "So far")
    assert answer.error == "The model's service went silent before the answer was whole. What came so far is kept."
    assert answer.offers("continue")
    assert answer.offers("retry")
    assert "So far" in answer.page.words
    assert upstream.hung_up.wait(PROMPTLY)


@in_one_place
def test_comments_keep_a_thoughtful_model_from_being_given_up(visitor: Caller, upstream: Upstream) -> None:
    thinking = b": thinking\n\n"
    upstream.sends(thinking, thinking, thinking, chunk("Hello there."), DONE, pause=READ_TIMEOUT / 2)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "Hello there.")


@pytest.mark.parametrize("place", PLACES[:1], ids="-".join, indirect=True)
def test_while_a_model_is_silent_its_reader_hears_heartbeats_and_everybody_else_is_answered(
    caller: Caller, upstream: Upstream
) -> None:
    upstream.stalls_before_headers()
    upstream.then_says("Hello", " there.")
    pieces = caller.submit("Take your time", headers=EVENTS, stream=True).raw.stream(65536)
    assert next(pieces) == HEARTBEAT
    [(_, start)] = decode([next(pieces)])
    begun = time.monotonic()
    assert upstream.asked.wait(PROMPTLY)

    with Caller(caller.server) as other:
        assert other.read("/up", timeout=PROMPTLY).ok
        assert other.read("/", timeout=PROMPTLY).ok
        assert ask(other).text == "Hello there."
    stop = caller.page(start["url"]).form("/stop")
    assert time.monotonic() - begun < PROMPTLY

    assert next(pieces) == HEARTBEAT
    assert HEARTBEAT_SECONDS - 1 < time.monotonic() - begun < HEARTBEAT_SECONDS + PROMPTLY
    assert caller.press(stop, headers=EVENTS).status_code == 204
    answer = seen(caller, start, list(decode(pieces)))
    assert (answer.state, answer.text) == ("stopped", "")
    assert upstream.hung_up.wait(PROMPTLY)
