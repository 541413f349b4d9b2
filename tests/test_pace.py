"""An answer is read at a pace: what comes between two reads is taken at once, and nobody waits for the first word."""

import time
from datetime import UTC, datetime

import pytest
from flask import Flask

from parley.answers.answer import Answer
from parley.answers.pace import LONGEST, SHORTEST, TICK, among, until_tick, usual
from parley.conversation import Message, State
from parley.inference.client import ChatRequest
from parley.parts import Parts
from tests.upstream import Upstream

pytestmark = pytest.mark.on_sqlite


@pytest.fixture
def parts(app: Flask) -> Parts:
    known: Parts = app.extensions["parley"]
    return known


class Reading:
    """An answer whose pace is to wait until its model has said everything."""

    def __init__(self, parts: Parts, upstream: Upstream) -> None:
        self.seen: list[tuple[str, str]] = []
        self._upstream = upstream
        choice = parts.catalogue.choose()
        reply = choice.client.ask(ChatRequest(choice.model, ({"role": "user", "content": "Tell me"},)))
        nothing = Message("1", "1", None, "assistant", "", datetime.now(UTC), State.RUNNING)
        self.answer = Answer(nothing, reply, choice.model, pace=self._wait)

    def _wait(self) -> float:
        come = self.answer.progress()
        self.seen.append((come.reasoning, come.text))
        self._upstream.release()
        assert self._upstream.answered.wait(10)
        return 0


def test_what_came_between_two_reads_is_taken_at_once(parts: Parts, upstream: Upstream) -> None:
    upstream.says("One ", "two ", "three ", "four ", "five")
    upstream.stalls_after(1)
    reading = Reading(parts, upstream)
    reading.answer.run()
    assert reading.seen[:2] == [("", "One "), ("", "One two three four five")]
    assert reading.answer.progress().text == "One two three four five"


def test_nobody_waits_before_there_is_a_thought_or_a_word(parts: Parts, upstream: Upstream) -> None:
    upstream.says("A word", reasoning=("Hm. ",))
    upstream.stalls_after(1)
    reading = Reading(parts, upstream)
    reading.answer.run()
    assert reading.seen[0] == ("Hm. ", "")
    assert reading.seen[-1] == ("Hm. ", "A word")


def test_the_more_answers_there_are_the_less_often_each_is_read() -> None:
    paces = [among(answers) for answers in (1, 50, 125, 200, 500, 1_000, 100_000)]
    assert paces[0] == usual() == SHORTEST
    assert paces == sorted(paces)
    assert paces[3] > SHORTEST
    assert paces[-1] == LONGEST


def test_reads_begin_together_about_when_they_are_due() -> None:
    for pause in (SHORTEST, 0.0625, LONGEST):
        before = time.monotonic()
        shifted = until_tick(pause)
        begins = [(moment + shifted) / TICK for moment in (before, time.monotonic())]
        assert begins[0] - 1e-3 <= round(begins[0]) <= begins[1] + 1e-3
        assert abs(shifted - pause) <= TICK / 2 + 1e-9
