"""When a process of the app dies without a word, and when there are several of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from urllib3.exceptions import ProtocolError

from tests import processes
from tests.callers import Caller
from tests.faults.conftest import PLACES
from tests.faults.crowds import MANY, Crowd, grow_silent, states
from tests.processes import Process
from tests.upstream import Upstream
from tests.waiting import eventually

ONCE_SILENT = 20  # seconds by which an answer is seen to be interrupted whose process has been silent for ten

on_sqlite = pytest.mark.parametrize("place", PLACES[:1], ids="-".join, indirect=True)
on_postgresql = pytest.mark.parametrize("place", PLACES[1:2], ids="-".join, indirect=True)
on_either = pytest.mark.parametrize("place", PLACES[:2], ids="-".join, indirect=True)
in_unlike_places = pytest.mark.parametrize("place", [PLACES[0], PLACES[-1]], ids="-".join, indirect=True)


@pytest.fixture
def crowd(server: Process) -> Iterator[Crowd]:
    with Crowd(server) as crowd:
        yield crowd


@pytest.fixture
def written(upstream: Upstream) -> None:
    """A model that stops in mid-answer, and will not go on by itself."""
    upstream.says("Written down", " and lost")
    upstream.stalls_after(1)


@pytest.fixture
def neighbour(server: Process, tmp_path: Path) -> Iterator[Process]:
    """Another process of the same app: it has the database and the secret in common with it, and nothing else."""
    folder = tmp_path / "neighbour"
    folder.mkdir()
    settings = {name: server.env[name] for name in ("DATABASE_URL", "INFERENCE_URL", "INFERENCE_KEY")}
    with processes.app(folder, settings) as neighbour:
        yield neighbour


@in_unlike_places
@pytest.mark.usefixtures("written")
def test_after_a_crash_every_message_is_there_and_what_had_come_a_second_before(server: Process, crowd: Crowd) -> None:
    asked = crowd.asks(MANY)
    assert eventually(lambda: states(server) == {("running", "Written down"): MANY})
    server.crash()
    grow_silent(server)
    server.start()
    assert [(one.kept[0]["text"], one.kept[1]["state"]) for one in asked] == [
        (one.question, "interrupted") for one in asked
    ]
    assert states(server) == {("interrupted", "Written down"): MANY}
    page = asked[0].page
    assert "Written down" in page.words
    assert page.form("/retry")


@on_sqlite
@pytest.mark.usefixtures("written")
def test_an_answer_whose_process_crashed_is_interrupted_after_some_seconds_whoever_looks(
    server: Process, crowd: Crowd
) -> None:
    read, watched = crowd.asks(2)
    assert eventually(lambda: states(server) == {("running", "Written down"): 2})
    server.crash()
    server.start()
    events = watched.caller.watch(watched.kept[1]["id"])
    assert next(events)[1]["html"] == "<p>Written down</p>"
    assert eventually(lambda: read.kept[1]["state"] == "interrupted", ONCE_SILENT)
    assert list(events)[-1][1]["state"] == "interrupted"


@on_sqlite
@pytest.mark.usefixtures("written")
def test_a_worker_that_crashes_is_replaced(server: Process, caller: Caller, upstream: Upstream) -> None:
    start, events = caller.say("Quick")
    assert eventually(lambda: states(server) == {("running", "Written down"): 1})
    server.kill_workers()
    with pytest.raises(ProtocolError):
        list(events)
    grow_silent(server)
    upstream.says("Once more.")
    caller.press(caller.page(start["url"]).form("/retry"))
    assert eventually(lambda: states(server)["complete", "Once more."])


@on_sqlite
def test_a_reader_at_another_process_sees_the_answer_grow(
    server: Process, neighbour: Process, caller: Caller, upstream: Upstream
) -> None:
    upstream.says("It grows", " and grows.")
    upstream.stalls_after(1)
    start, _ = caller.say("How?")
    caller.server = neighbour
    events = caller.watch(start["answer"])
    assert next(events)[1]["html"] == "<p>It grows</p>"
    upstream.release()
    assert list(events)[-1][1]["state"] == "complete"
    assert caller.kept(start["url"])[1]["text"] == "It grows and grows."


@on_postgresql
@pytest.mark.usefixtures("written")
def test_a_reader_at_another_process_sees_what_had_come_before_a_crash_and_then_the_interruption(
    server: Process, neighbour: Process, caller: Caller
) -> None:
    start, _ = caller.say("How?")
    caller.server = neighbour
    events = caller.watch(start["answer"])
    assert next(events)[1]["html"] == "<p>Written down</p>"
    server.crash()
    grow_silent(server)
    assert list(events)[-1][1]["state"] == "interrupted"
    assert caller.page(start["url"]).form("/retry")


@on_either
@pytest.mark.usefixtures("written")
def test_stop_at_another_process_hangs_up_on_the_model(
    server: Process, neighbour: Process, caller: Caller, upstream: Upstream
) -> None:
    start, events = caller.say("How?")
    assert next(events)[1]["html"] == "<p>Written down</p>"
    caller.server = neighbour
    caller.press(caller.page(start["url"]).form("/stop"))
    assert upstream.hung_up.wait(3)
    assert list(events)[-1][1]["state"] == "stopped"
    assert states(server) == {("stopped", "Written down"): 1}
