"""When the app is told to end, as at each deploy: SIGTERM, with answers on their way."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from urllib3.exceptions import ProtocolError

from parley.security import COOKIE_BEHIND_ROUTER
from tests import processes
from tests.callers import Caller
from tests.faults.conftest import PLACES
from tests.faults.crowds import MANY, Crowd, states
from tests.people import Told
from tests.processes import Process
from tests.upstream import Upstream
from tests.waiting import eventually

in_unlike_places = pytest.mark.parametrize("place", [PLACES[0], PLACES[-1]], ids="-".join, indirect=True)


@pytest.fixture
def crowd(server: Process) -> Iterator[Crowd]:
    with Crowd(server) as crowd:
        yield crowd


@in_unlike_places
def test_sigterm_interrupts_what_can_not_finish_and_keeps_it(
    server: Process, place: tuple[str, str], crowd: Crowd, upstream: Upstream
) -> None:
    upstream.says("So far", " and never further")
    upstream.stalls_after(1)
    asked = crowd.asks(MANY)
    assert eventually(lambda: states(server) == {("running", "So far"): MANY})
    assert server.end(signal.SIGTERM) == 0
    assert states(server) == {("interrupted", "So far"): MANY}
    heard = Counter(end for one in asked for end in ends(one.events))
    assert heard["interrupted"] == heard.total() <= MANY / 2
    assert heard.total() == MANY / 2 or place[0] == "flask"


@in_unlike_places
def test_what_sigterm_interrupted_can_go_on_after_the_next_start(
    server: Process, caller: Caller, upstream: Upstream
) -> None:
    upstream.says("So far", " and never further")
    upstream.stalls_after(1)
    start, events = caller.say("Take your time")
    next(events)
    assert server.end(signal.SIGTERM) == 0
    server.start()
    page = caller.page(start["url"])
    assert (page.questions, "So far" in page.words) == (["Take your time"], True)
    assert page.form("/retry")
    upstream.says(" and now further")
    caller.press(page.form("/continue"))
    assert eventually(lambda: states(server) == {("complete", "So far and now further"): 1})


@in_unlike_places
def test_sigterm_lets_an_answer_finish(server: Process, caller: Caller, upstream: Upstream) -> None:
    upstream.says("Nearly ", "done.")
    upstream.stalls_after(1)
    _, events = caller.say("Hurry")
    next(events)
    server.send(signal.SIGTERM)
    upstream.release()
    assert "interrupted" not in ends(events)
    assert server.wait() == 0
    assert states(server) == {("complete", "Nearly done."): 1}


@in_unlike_places
def test_an_answer_that_nobody_watches_is_finished_before_the_process_ends(
    server: Process, caller: Caller, upstream: Upstream
) -> None:
    upstream.says("To the ", "end.")
    upstream.stalls_after(1)
    caller.submit("Go on")
    server.send(signal.SIGTERM)
    upstream.release()
    assert server.wait() == 0
    assert states(server) == {("complete", "To the end."): 1}


def test_on_a_dyno_even_a_slow_answer_finishes(upstream: Upstream, tmp_path: Path) -> None:
    upstream.says("Slowly, ", *["but "] * 25, "surely.", pause=0.1)
    with processes.app(tmp_path, {**upstream.env, "DYNO": "web.1"}) as server:
        with Caller(server) as caller:
            caller.page()
            cookie = caller.cookies[COOKIE_BEHIND_ROUTER]
            caller.headers["Cookie"] = f"{COOKIE_BEHIND_ROUTER}={cookie}"  # by hand: it is for HTTPS only
            _, events = caller.say("How?")
            next(events)
            server.send(signal.SIGTERM)
            assert ends(events) == ["complete"]
            assert server.wait() == 0
        assert states(server) == {("complete", "Slowly, " + "but " * 25 + "surely."): 1}


def test_on_a_dyno_nobody_waits_for_a_connection_that_only_lies_there(upstream: Upstream, tmp_path: Path) -> None:
    with processes.app(tmp_path, {**upstream.env, "DYNO": "web.1"}) as server, Caller(server) as router:
        router.page()
        began = time.monotonic()
        assert server.end(signal.SIGTERM) == 0
        assert time.monotonic() - began < 10  # there are 20 seconds for answers; there is none


def ends(events: Iterator[Told]) -> list[str]:
    """How a stream says that the answer ended. `flask run` may break it off a moment before, gunicorn never does."""
    said: list[str] = []
    with suppress(ProtocolError):
        said.extend(content["state"] for name, content in events if name == "end")
    return said
