"""When an answer is very long, or has no end: it is cut, memory stays bounded, and nobody else waits."""

from collections.abc import Iterator

import pytest

from tests.callers import Caller
from tests.faults.asking import ask, hear, in_one_place
from tests.people import EVENTS
from tests.processes import Process
from tests.upstream import Upstream, chunk, event

STOP = chunk(finish="stop")
DONE = b"data: [DONE]\n\n"
LIMIT = 1_000_000  # characters
PARAGRAPH = "Every token of this answer is a word or a part of one. " * 4 + "\n\n"
BOUND = 80 * 2**20  # bytes that the app may use more than before
PROMPTLY = 5  # seconds, on a busy machine


@pytest.fixture
def bounded(standing: Process, upstream: Upstream) -> Iterator[None]:
    """Memory before and after. An ordinary answer comes first, so that all that is loaded once is loaded."""
    with Caller(standing) as somebody:
        ask(somebody)
    before = memory_of(standing)
    yield
    assert memory_of(standing) - before < BOUND


def memory_of(process: Process) -> int:
    """What its processes use and share with nobody, in bytes."""
    return sum(int(one.memory_full_info().uss) for one in process.tree)


@pytest.mark.usefixtures("bounded")
def test_an_event_of_a_megabyte_is_an_answer(visitor: Caller, upstream: Upstream) -> None:
    text = PARAGRAPH * (LIMIT // len(PARAGRAPH))
    upstream.sends(chunk(text), STOP, DONE)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", text)


@pytest.mark.usefixtures("bounded")
@in_one_place
def test_two_hundred_thousand_tokens_are_an_answer(visitor: Caller, upstream: Upstream) -> None:
    tokens = [*["To", "ken", " "] * 33, "\n\n"]
    hundred = b"".join(event({"choices": [{"delta": {"content": token}}]}) for token in tokens)
    upstream.sends(*[hundred] * 2_000, STOP, DONE)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "".join(tokens) * 2_000)


@pytest.mark.usefixtures("bounded")
def test_an_answer_that_never_ends_is_cut_and_keeps_nobody_else_waiting(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends(chunk(PARAGRAPH * 20))
    upstream.never_ends()
    upstream.then_says("Hello", " there.")
    endless = visitor.submit("Go on for ever", headers=EVENTS, stream=True)
    assert upstream.asked.wait(PROMPTLY)
    with Caller(visitor.server) as other:
        ordinary = ask(other)
        assert (ordinary.text, ordinary.end["seconds"] < PROMPTLY) == ("Hello there.", True)
    answer = hear(visitor, endless)
    assert (answer.state, len(answer.text)) == ("length", LIMIT)
    assert upstream.hung_up.wait(PROMPTLY)
    assert "The answer was cut" in answer.page.words
    assert not answer.offers("continue")


@pytest.mark.usefixtures("bounded")
@in_one_place
def test_thoughts_that_never_end_are_cut(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends(chunk(None, reasoning=PARAGRAPH * 20))
    upstream.never_ends()
    answer = ask(visitor)
    assert (answer.state, len(answer.kept["reasoning"])) == ("length", LIMIT)
    assert upstream.hung_up.wait(PROMPTLY)


@pytest.mark.usefixtures("bounded")
@in_one_place
@pytest.mark.parametrize("line", [b"data: " + b"x" * 65536, b"x" * 65536, b"x" * 65535 + b"\n"])
def test_a_body_that_never_ends_and_says_nothing_is_given_up(visitor: Caller, upstream: Upstream, line: bytes) -> None:
    upstream.sends(line)
    upstream.never_ends()
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("failed", "")
    assert "is not an answer" in answer.error
    assert upstream.hung_up.wait(PROMPTLY)
