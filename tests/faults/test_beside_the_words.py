"""When what comes beside the words of an answer is odd: the name of the model, the numbers, the reason, the error."""

import pytest

from tests.callers import Caller
from tests.faults.asking import ask, in_one_place
from tests.upstream import Json, Upstream, chunk

pytestmark = pytest.mark.as_on_a_dyno

STOP = chunk(finish="stop")
DONE = b"data: [DONE]\n\n"
ODD_TEXTS = [
    pytest.param(b"a\xffb", "a\ufffdb", id="invalid UTF-8"),
    pytest.param(b"a\\u0000b", "a\ufffdb", id="NUL"),
    pytest.param(b"a\\ud800b", "a", id="half a surrogate pair"),
    pytest.param(b"<script>alert(1)</script>", "<script>alert(1)</script>", id="markup"),
    pytest.param("a\u202eb🦜".encode(), "a\u202eb🦜", id="right to left"),
]


def assert_others_are_kept(visitor: Caller, upstream: Upstream) -> None:
    """What one answer holds keeps no other from being written."""
    upstream.says("Hello", " there.")
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "Hello there.")


@pytest.mark.parametrize(("name", "shown"), ODD_TEXTS)
def test_any_name_of_a_model_is_shown_and_kept(visitor: Caller, upstream: Upstream, name: bytes, shown: str) -> None:
    upstream.sends(b'data: {"model": "%b", "choices": [{"delta": {"content": "Hi"}}]}\n\n' % name, STOP, DONE)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "Hi")
    assert answer.end["model"] == answer.kept["model"]
    assert shown in answer.kept["model"]
    assert shown in answer.page.words
    assert "<script>alert" not in answer.page.html
    assert_others_are_kept(visitor, upstream)


@in_one_place
@pytest.mark.parametrize("model", [7, None, ["parrot-2"], {"id": "parrot-2"}, ""])
def test_what_is_no_name_of_a_model_is_passed_over(visitor: Caller, upstream: Upstream, model: Json) -> None:
    upstream.sends(chunk("Hi") | {"model": model}, DONE)
    answer = ask(visitor)
    assert (answer.state, answer.kept["model"]) == ("complete", "parrot-2")


@pytest.mark.parametrize(("said", "shown"), ODD_TEXTS)
def test_any_words_of_an_error_are_shown_and_kept(visitor: Caller, upstream: Upstream, said: bytes, shown: str) -> None:
    upstream.sends(chunk("So far"), b'data: {"error": {"message": "%b"}}\n\n' % said)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("interrupted", "So far")
    assert shown in answer.error
    assert "<script>alert" not in answer.page.html
    assert_others_are_kept(visitor, upstream)


@in_one_place
@pytest.mark.parametrize(("said", "shown"), ODD_TEXTS)
def test_any_words_of_an_error_in_the_place_of_an_answer_are_shown_and_kept(
    visitor: Caller, upstream: Upstream, said: bytes, shown: str
) -> None:
    upstream.sends(b'{"error": {"message": "%b"}}' % said)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("failed", "")
    assert shown in answer.error
    assert_others_are_kept(visitor, upstream)


@pytest.mark.parametrize(
    "count",
    [10**12, 2**63, 10**30, -5, True, 5.0, "5", None, [5]],
    ids=["large", "larger", "largest", "negative", "a truth", "a fraction", "a word", "null", "a list"],
)
def test_a_number_of_tokens_that_makes_no_sense_breaks_nothing(
    visitor: Caller, upstream: Upstream, count: Json
) -> None:
    upstream.sends(chunk("Hi") | {"usage": {"prompt_tokens": 3, "completion_tokens": count}}, STOP, DONE)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "Hi")
    assert answer.end.get("usage") == answer.kept["usage"]
    assert answer.kept["usage"] is None or answer.kept["usage"]["completion"] >= 0
    assert_others_are_kept(visitor, upstream)


@in_one_place
@pytest.mark.parametrize("reason", ["\0", "odd", 7, ["stop"], {"type": "stop"}, True])
def test_any_reason_for_the_end_is_an_end(visitor: Caller, upstream: Upstream, reason: Json) -> None:
    upstream.sends(chunk("Hi") | {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": reason}]})
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "Hi")
