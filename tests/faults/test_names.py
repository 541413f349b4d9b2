"""When the name of the model's service can't be looked up: a name server that never answers."""

import socket
from collections.abc import Iterator

import pytest

from tests import processes
from tests.callers import Caller
from tests.people import EVENTS
from tests.processes import Process

pytestmark = pytest.mark.xdist_group("a name that nobody knows")

SLACK = 4  # seconds, on a busy machine
ATTACHMENT = {
    "INFERENCE_URL": "http://models.example.test",
    "INFERENCE_KEY": "inf-1",
    "INFERENCE_MODEL_ID": "parrot-2",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The app, where questions lead to a name that nobody can say anything of."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as name_server:
        name_server.bind(("127.0.0.1", 0))
        asked = {"GEVENTARES_SERVERS": "127.0.0.1", "GEVENTARES_UDP_PORT": str(name_server.getsockname()[1])}
        with processes.app(tmp_path_factory.mktemp("app"), ATTACHMENT | asked) as server:
            yield server


@pytest.fixture
def lost(server: Process) -> Iterator[Caller]:
    with Caller(server) as caller:
        yield caller


def test_the_answer_fails_once_there_was_time_enough_to_connect(lost: Caller) -> None:
    _start, events = lost.say("Is anybody there?")
    end = list(events)[-1][1]
    assert end["state"] == "failed"
    assert end["error"] == "The model's service can't be reached. Retry in a moment."
    assert 4 <= end["seconds"] <= 5 + SLACK


def test_stop_need_not_wait_for_it(lost: Caller) -> None:
    start, events = lost.say("Is anybody there?")
    token = lost.page(start["url"]).form("/stop").fields["csrf_token"]
    stopped = lost.post(f"{lost.server.url}/answers/{start['answer']}/stop", {"csrf_token": token}, headers=EVENTS)
    assert stopped.status_code == 204
    end = list(events)[-1][1]
    assert end["state"] == "stopped"
    assert end["seconds"] < 4
