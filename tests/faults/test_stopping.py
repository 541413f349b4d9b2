"""Stop, in every phase of an answer: the model is hung up on within a second, and what came is kept."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import expect

from tests import processes
from tests.browser.line import Line
from tests.browser.visitor import Visitor
from tests.browsers import at_one_site
from tests.callers import Caller
from tests.faults.conftest import UNLIKE
from tests.postgresql import PostgreSQL
from tests.processes import Process
from tests.upstream import Upstream, chunk
from tests.waiting import eventually

SOON = 1.0  # seconds in which an upstream connection is closed
AT_A_BROWSER = 5.0  # seconds for the same; a browser has much to do beside, on a busy machine


def stop(visitor: Caller, address: str) -> None:
    """Press the button that stands beneath the running answer."""
    response = visitor.press(visitor.page(address).form("/stop"))
    assert response.status_code == 200, response.text


def assert_stopped(visitor: Caller, address: str, text: str) -> None:
    answer = visitor.kept(address)[-1]
    list(visitor.watch(answer["id"]))
    answer = visitor.kept(address)[-1]
    assert (answer["state"], answer["text"], answer["error"]) == ("stopped", text, None)
    assert "Stopped." in visitor.page(address).words


def test_an_answer_whose_model_has_said_nothing_is_stopped(visitor: Caller, upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    start, _ = visitor.say("Think about it")
    assert upstream.asked.wait(5)
    stop(visitor, start["url"])
    assert upstream.hung_up.wait(SOON)
    assert_stopped(visitor, start["url"], "")


def test_an_answer_whose_model_thinks_is_stopped(visitor: Caller, upstream: Upstream) -> None:
    upstream.says("Four.", reasoning=("Two and two. ", "Hm."))
    upstream.stalls_after(1)
    start, events = visitor.say("2 + 2?")
    assert next(events)[0] == "reasoning"
    stop(visitor, start["url"])
    assert upstream.hung_up.wait(SOON)
    assert_stopped(visitor, start["url"], "")
    assert visitor.kept(start["url"])[-1]["reasoning"] == "Two and two. "


def test_an_answer_that_is_being_written_is_stopped_and_kept(visitor: Caller, upstream: Upstream) -> None:
    upstream.says("Once upon ", "a time")
    upstream.stalls_after(1)
    start, events = visitor.say("Tell me a story")
    assert next(events)[0] == "block"
    stop(visitor, start["url"])
    assert upstream.hung_up.wait(SOON)
    assert_stopped(visitor, start["url"], "Once upon ")


def test_an_answer_that_comes_without_a_pause_is_stopped_and_kept(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends(chunk("word "))
    upstream.never_ends()
    start, events = visitor.say("Never stop")
    assert next(events)[0] == "block"
    stop(visitor, start["url"])
    assert upstream.hung_up.wait(SOON)
    list(events)
    kept = visitor.kept(start["url"])[-1]["text"]
    assert kept.startswith("word word ")
    assert_stopped(visitor, start["url"], kept)


def test_nothing_more_is_asked_after_a_stop_between_two_attempts(visitor: Caller, upstream: Upstream) -> None:
    upstream.refuses(503)
    start, events = visitor.say("Are you there?")
    assert upstream.asked.wait(5)
    stop(visitor, start["url"])
    asked = len(upstream.chats)
    assert list(events)[-1][1]["state"] == "stopped"
    assert len(upstream.chats) == asked < 3
    assert_stopped(visitor, start["url"], "")


@pytest.fixture
def street(upstream: Upstream) -> Iterator[Line]:
    """The line between the app and the model's service."""
    with Line(upstream.url) as line:
        yield line


@pytest.fixture
def env(place: tuple[str, str], upstream: Upstream, tmp_path: Path, postgresql: PostgreSQL) -> dict[str, str]:
    on_postgresql = place[1] == "postgresql"
    return {
        **upstream.env,
        "DATABASE_URL": postgresql.new_database() if on_postgresql else f"sqlite:///{tmp_path}/parley.db",
    }


@pytest.mark.parametrize("place", UNLIKE, ids="-".join, indirect=True)
def test_an_answer_whose_model_is_still_being_reached_is_stopped(
    place: tuple[str, str], env: dict[str, str], street: Line, tmp_path: Path
) -> None:
    with (
        processes.app(tmp_path, env | {"INFERENCE_URL": street.url}, place[0]) as server,
        Caller(server) as visitor,
    ):
        form = visitor.page().form("/turns")
        street.jam()
        here = urlsplit(visitor.press(form, message="Are you there?").url).path
        assert eventually(lambda: is_connecting(server))
        stop(visitor, here)
        assert eventually(lambda: not is_connecting(server), SOON)
        assert_stopped(visitor, here, "")


def is_connecting(server: Process) -> bool:
    return any(
        connection.status == psutil.CONN_SYN_SENT
        for process in server.tree
        for connection in process.net_connections("tcp")
    )


# In a browser


def with_the_button(visitor: Visitor) -> None:
    visitor.stop.click()


def with_escape(visitor: Visitor) -> None:
    visitor.page.keyboard.press("Escape")


ways = pytest.mark.parametrize("way", [with_the_button, with_escape])


@ways
def test_a_visitor_stops_an_answer_and_keeps_what_came(
    guest: Visitor, upstream: Upstream, way: Callable[[Visitor], None]
) -> None:
    upstream.says("Once upon ", "a time")
    upstream.stalls_after(1)
    guest.open()
    guest.say("Tell me a story")
    expect(guest.answer).to_have_text("Once upon")
    way(guest)
    assert upstream.hung_up.wait(AT_A_BROWSER)
    guest.wait_for_answer()
    for _ in range(2):
        expect(guest.answer).to_have_text("Once upon")
        expect(guest.log).to_contain_text("Stopped.")
        guest.page.reload()


@ways
@at_one_site
def test_a_visitor_stops_an_answer_before_its_first_word(
    guest: Visitor, upstream: Upstream, way: Callable[[Visitor], None]
) -> None:
    upstream.stalls_before_headers()
    guest.open()
    guest.say("Think about it")
    expect(guest.stop).to_be_visible()
    assert upstream.asked.wait(5)
    way(guest)
    assert upstream.hung_up.wait(AT_A_BROWSER)
    guest.wait_for_answer()
    expect(guest.log).to_contain_text("Stopped.")


@ways
@at_one_site
def test_a_visitor_stops_an_answer_between_two_attempts(
    guest: Visitor, upstream: Upstream, way: Callable[[Visitor], None]
) -> None:
    upstream.refuses(503)
    guest.open()
    guest.say("Are you there?")
    expect(guest.stop).to_be_visible()
    assert upstream.asked.wait(5)
    way(guest)
    guest.wait_for_answer()
    expect(guest.log).to_contain_text("Stopped.")
