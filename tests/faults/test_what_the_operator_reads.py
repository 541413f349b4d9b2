"""When the model's service fails, the log says why: not what was said, and never the key."""

import re

import pytest

from tests.callers import Caller
from tests.faults.asking import ask
from tests.upstream import Json, Upstream, chunk
from tests.waiting import eventually

SAID = "What is a secret?"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"error": {"message": f"{SAID} {SAID}", "type": "wrong_key"}}, "wrong_key"),
        (404, {"error": {"code": 404, "message": SAID, "type": SAID, "param": "model"}}, "404 model"),
        (400, {"error": f'{{"error": {{"code": "too_odd", "message": "{SAID}"}}}}'}, "too_odd"),
        (400, {"error": {"code": {"a": SAID}, "message": SAID}}, "unnamed"),
        (502, f"<html><title>{SAID}</title></html>", "a page"),
        (500, SAID, "unnamed"),
    ],
)
def test_the_log_says_why_an_answer_failed(
    visitor: Caller, upstream: Upstream, status: int, body: Json, words: str
) -> None:
    upstream.refuses(status, body)
    answer = ask(visitor, SAID)
    assert_the_log_says(visitor, answer.id, f"kind=.* status={status} cause=.?{words}")
    assert SAID not in visitor.server.log


def test_the_log_says_why_an_answer_broke_off(visitor: Caller, upstream: Upstream) -> None:
    telling = {"error": {"message": f"overloaded by The secret is, {upstream.key}", "type": "overloaded"}}
    upstream.sends(chunk("The secret is"), telling)
    answer = ask(visitor)
    assert_the_log_says(visitor, answer.id, "cause=overloaded")
    assert "The secret is" not in visitor.server.log
    assert upstream.key not in visitor.server.log


def test_what_garbles_an_answer_is_not_quoted(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends("The secret is", headers={"Content-Type": "text/plain"})
    answer = ask(visitor)
    assert_the_log_says(visitor, answer.id, "kind=garbled .* cause=unnamed")
    assert "The secret is" not in visitor.server.log


def assert_the_log_says(visitor: Caller, answer: str, words: str) -> None:
    line = re.compile(f"answer={answer} .*{words}")
    assert eventually(lambda: line.search(visitor.server.log), within=2)
