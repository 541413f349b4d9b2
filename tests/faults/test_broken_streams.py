"""When an answer breaks off: what came is kept, and the visitor may have it go on or ask again."""

import pytest

from tests.callers import Caller
from tests.faults.asking import Seen, ask
from tests.upstream import Json, Upstream, chunk

pytestmark = pytest.mark.as_on_a_dyno

STOP = chunk(finish="stop")
DONE = b"data: [DONE]\n\n"
BROKE_OFF = "The answer broke off. What came so far is kept."


def assert_interrupted(answer: Seen, words: str) -> None:
    """What came is shown and kept, the visitor was told what happened, and can do something about it."""
    assert (answer.state, answer.text) == ("interrupted", "So far, 100 % good")
    assert answer.error == words
    assert answer.offers("continue")
    assert answer.offers("retry")
    assert "<p>So far, 100 % good</p>" in answer.page.html


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
def test_a_connection_that_is_closed_in_mid_answer(visitor: Caller, upstream: Upstream, framing: str) -> None:
    upstream.sends(chunk("So far"), chunk(", 100 % good"), chunk(" and well"), STOP, DONE, framing=framing)
    upstream.drops_after(2)
    assert_interrupted(ask(visitor), BROKE_OFF)
    assert len(upstream.chats) == 1


@pytest.mark.parametrize("framing", ["chunked", "length"])
def test_a_body_that_ends_as_it_should_before_the_answer_does(
    visitor: Caller, upstream: Upstream, framing: str
) -> None:
    upstream.sends(chunk("So far"), chunk(", 100 % good"), framing=framing)
    assert_interrupted(ask(visitor), BROKE_OFF)


def test_a_connection_that_is_closed_in_the_midst_of_an_event(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends(chunk("So far, 100 % good"), b'data: {"choices": [{"delta": {"content": "and we', b"ll")
    upstream.drops_after(2)
    assert_interrupted(ask(visitor), BROKE_OFF)


@pytest.mark.parametrize(
    "error",
    [
        {"error": {"code": 529, "message": "overloaded, my friend", "type": "overloaded_error"}},
        {"error": "overloaded, my friend"},
        b'event: error\ndata: {"message": "overloaded, my friend"}\n\n',
    ],
    ids=["as an object", "in words", "as an event"],
)
def test_an_error_in_mid_answer(visitor: Caller, upstream: Upstream, error: Json) -> None:
    upstream.sends(chunk("So far, 100 % good"), error, chunk(" and well"), STOP, DONE)
    assert_interrupted(ask(visitor), "The answer broke off. The model's service said: overloaded, my friend")


def test_an_answer_that_breaks_off_goes_to_others_whole(visitor: Caller, upstream: Upstream) -> None:
    """A connection that was broken is not used for the next answer."""
    upstream.sends(chunk("So far"), chunk(", 100 % good"))
    upstream.drops_after(2)
    upstream.then_says("Hello", " there.")
    assert ask(visitor).state == "interrupted"
    assert ask(visitor).text == "Hello there."


def test_thoughts_that_break_off_before_the_first_word_are_kept(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends(chunk(None, reasoning={"thinking": "Let me see."}), chunk("never said"))
    upstream.drops_after(1)
    answer = ask(visitor)
    assert (answer.state, answer.text, answer.kept["reasoning"]) == ("failed", "", "Let me see.")
    assert "Let me see." in answer.page.words
    assert answer.offers("retry")


def test_a_broken_answer_can_be_exported(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends(chunk("So far"))
    answer = ask(visitor)
    assert "So far" in visitor.read(f"{answer.address}.md").text
    assert answer.kept["state"] == "interrupted"
