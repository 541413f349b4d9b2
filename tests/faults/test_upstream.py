"""When the model's service misbehaves: the rows under "Upstream"."""

from tests.callers import Caller
from tests.upstream import Upstream


def test_an_answer_comes_in_every_place(visitor: Caller, upstream: Upstream) -> None:
    upstream.says("Hello", " there.")
    start, events = visitor.say("Hi")
    assert list(events)[-1][1]["state"] == "complete"
    assert "Hello there." in visitor.page(start["url"]).words
