"""When nobody answers at the address of the model's service, or somebody who can't be trusted."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import processes
from tests.callers import Caller
from tests.faults.asking import Seen, ask, press
from tests.processes import Process, free_port
from tests.upstream import Upstream

pytestmark = pytest.mark.xdist_group("nobody at the address")

WORDS = "The model's service can't be reached. Retry in a moment."
CONNECT_SECONDS = 5
SLACK = 4  # seconds, on a busy machine
KEY = "inf-11111111-1111-4111-8111-111111111111"
REASONS = ["refused", "unresolvable", "unanswered", "untrusted", "unencrypted", "unshaken"]


@pytest.fixture(scope="module")
def addresses(certificate: Path) -> Iterator[dict[str, str]]:
    """An address for each reason why a service may be out of reach."""
    with ExitStack() as stack:
        plain, secure = stack.enter_context(Upstream()), stack.enter_context(Upstream(certificate=certificate))
        silent = stack.enter_context(deaf_listener(room=9))
        yield {
            "refused": f"http://127.0.0.1:{free_port()}",
            "unresolvable": "http://nowhere.invalid",
            "unanswered": f"http://127.0.0.1:{stack.enter_context(deaf_listener(room=0))}",
            "untrusted": secure.url,
            "unencrypted": plain.url.replace("http:", "https:"),
            "unshaken": f"https://127.0.0.1:{silent}",
        }


@contextmanager
def deaf_listener(room: int) -> Iterator[int]:
    """A port where so many connections are made, and none is ever taken up. Those after them are not even made."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=room))
        for _ in range(2 if room == 0 else 0):
            taken = stack.enter_context(socket.socket())
            taken.setblocking(False)
            with suppress(BlockingIOError):
                taken.connect(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.fixture(scope="module")
def server(addresses: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The app with an attachment, and thus a model, for each reason why a service may be out of reach."""
    env: dict[str, str] = {}
    for reason, address in addresses.items():
        name = reason.upper()
        env |= {f"{name}_URL": address, f"{name}_KEY": KEY, f"{name}_MODEL_ID": f"{reason}-model"}
    with processes.app(tmp_path_factory.mktemp("app"), env) as process:
        yield process


@pytest.fixture
def caller(server: Process) -> Iterator[Caller]:
    with Caller(server) as caller:
        yield caller


def assert_out_of_reach(answer: Seen) -> None:
    assert (answer.state, answer.text, answer.error) == ("failed", "", WORDS)
    assert answer.end["seconds"] < CONNECT_SECONDS + SLACK
    assert answer.offers("retry")
    assert not answer.offers("continue")


@pytest.mark.parametrize("reason", REASONS)
def test_an_answer_fails_in_time_and_can_be_asked_for_again(caller: Caller, reason: str) -> None:
    answer = ask(caller, model=f"{reason}-model")
    assert_out_of_reach(answer)
    assert KEY not in caller.server.log + str(answer)


def test_to_ask_again_in_vain_changes_nothing(caller: Caller) -> None:
    answer = ask(caller, model="refused-model")
    again = press(caller, answer.form("retry"))
    assert_out_of_reach(again)
    assert (again.id, again.kept["model"]) == (answer.id, "refused-model")


def test_a_message_is_kept_though_it_is_not_known_which_models_there_are(tmp_path: Path) -> None:
    env = {"INFERENCE_URL": f"http://127.0.0.1:{free_port()}", "INFERENCE_KEY": KEY}
    with processes.app(tmp_path, env) as process, Caller(process) as caller:
        answer = ask(caller, "Is anybody there?")
        assert_out_of_reach(answer)
        assert answer.page.questions == ["Is anybody there?"]
        refusal = caller.press(answer.form("retry"), headers={"Accept": "application/json"})
        assert (refusal.status_code, refusal.json()["error"]["message"]) == (502, WORDS)


def test_the_answer_comes_once_the_service_is_there(tmp_path: Path) -> None:
    with Upstream() as upstream:
        env = {**upstream.env, "INFERENCE_MODEL_ID": "parrot-2"}
    with processes.app(tmp_path, env) as process, Caller(process) as caller:
        answer = ask(caller)
        assert_out_of_reach(answer)
        with Upstream(port=urlsplit(env["INFERENCE_URL"]).port or 0):
            again = press(caller, answer.form("retry"))
        assert (again.state, again.text, again.id) == ("complete", "Hello there.", answer.id)
