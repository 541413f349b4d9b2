"""When the model's service fails, the log says why: not what was said, and never the key."""

import re

import pytest

from tests.callers import Caller
from tests.faults.asking import ask
from tests.upstream import Json, Upstream, chunk
from tests.waiting import eventually


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"error": {"message": "wrong key"}}, "wrong key"),
        (404, {"error": {"message": "no parrot here"}}, "no parrot here"),
        (502, "<html><title>502 Bad Gateway</title></html>", "502 Bad Gateway"),
    ],
)
def test_the_log_says_why_an_answer_failed(
    visitor: Caller, upstream: Upstream, status: int, body: Json, words: str
) -> None:
    upstream.refuses(status, body)
    answer = ask(visitor, "What is a secret?")
    assert_the_log_says(visitor, answer.id, words)
    assert "What is a secret?" not in visitor.server.log


def test_the_log_says_why_an_answer_broke_off(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends(chunk("The secret is"), {"error": {"message": f"overloaded by {upstream.key}"}})
    answer = ask(visitor)
    assert_the_log_says(visitor, answer.id, "overloaded by")
    assert "The secret is" not in visitor.server.log
    assert upstream.key not in visitor.server.log


def assert_the_log_says(visitor: Caller, answer: str, words: str) -> None:
    line = re.compile(f"answer={answer} .*{re.escape(words)}")
    assert eventually(lambda: line.search(visitor.server.log), within=2)
