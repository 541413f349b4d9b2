"""Somebody at a shell hears the bare words of an answer, and may leave at any moment. tests/test_from_a_shell.py has
what is refused."""

import re
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest
import requests

from tests.faults.conftest import UNLIKE
from tests.processes import ROOT, Process
from tests.upstream import Upstream
from tests.waiting import eventually

TEXT = {"Accept": "text/plain"}
SOON = 1.0  # seconds in which an upstream connection is closed
HELD = 20  # seconds for which a status is held


@pytest.fixture
def listening(standing: Process, upstream: Upstream) -> Iterator[requests.Session]:
    """Somebody at a shell, whose connections end with the test."""
    with requests.Session() as session:
        yield session


def ask(session: requests.Session, server: Process) -> requests.Response:
    form = {"message": "Why is the sky blue?"}
    return session.post(f"{server.url}/", form, headers=TEXT, stream=True, timeout=30)


def test_words_are_heard_while_the_model_still_speaks(
    listening: requests.Session, standing: Process, upstream: Upstream
) -> None:
    upstream.says("Because ", "of light.")
    upstream.stalls_after(1)
    response = ask(listening, standing)
    assert response.raw.read(8) == b"Because "
    assert not upstream.is_released
    upstream.release()
    assert response.raw.read() == b"of light."


def test_the_command_of_the_documents_prints_the_answer(standing: Process, upstream: Upstream) -> None:
    upstream.says("Because of ", "*light*.")
    [command] = re.findall(r"^(curl -N .*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    command = command.replace("http://localhost:5000", standing.url)
    said = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=30, check=True).stdout
    assert said == "Because of *light*."


def test_who_leaves_while_the_model_speaks_ends_the_answer(
    listening: requests.Session, standing: Process, upstream: Upstream
) -> None:
    upstream.says(*["word "] * 1000, pause=0.05)
    response = ask(listening, standing)
    assert response.raw.read(5) == b"word "
    response.close()
    assert upstream.hung_up.wait(SOON)


def test_who_leaves_while_the_model_is_silent_ends_the_answer(
    listening: requests.Session, standing: Process, upstream: Upstream
) -> None:
    upstream.says("Hm, ", "so.")
    upstream.stalls_after(1)
    response = ask(listening, standing)
    assert response.raw.read(4) == b"Hm, "
    response.close()
    assert upstream.hung_up.wait(SOON)


def test_who_leaves_before_the_first_word_ends_the_answer(standing: Process, upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    command = ["curl", "-sN", "-H", "Accept: text/plain", "-d", "message=Why?", standing.url]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as curl:
        assert upstream.asked.wait(5)
        curl.kill()
    assert upstream.hung_up.wait(SOON)


def test_a_silence_in_mid_answer_is_told_on_the_last_line(
    listening: requests.Session, standing: Process, upstream: Upstream
) -> None:
    upstream.says("Hm, ", "so.")
    upstream.stalls_after(1)
    assert ask(listening, standing).text == "Hm, \n[The answer broke off. What came so far is above.]\n"


def test_a_model_that_never_begins_has_the_status_of_its_failure(
    listening: requests.Session, standing: Process, upstream: Upstream
) -> None:
    upstream.stalls_before_headers()
    response = ask(listening, standing)
    assert (response.status_code, response.text) == (504, "The model's service went silent. Retry in a moment.\n")


@pytest.mark.parametrize("place", UNLIKE[:1], ids="-".join, indirect=True)
def test_a_router_is_not_kept_waiting_for_the_first_word(server: Process, upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    began = time.monotonic()
    with requests.Session() as session:
        response = ask(session, server)
        assert response.status_code == 200
        assert HELD <= time.monotonic() - began < HELD + 5
        upstream.release()
        assert response.text == "Hello there."


@pytest.mark.parametrize("place", UNLIKE[:1], ids="-".join, indirect=True)
def test_a_server_that_ends_says_so_on_the_last_line(server: Process, upstream: Upstream) -> None:
    upstream.says("Hm, ", "so.")
    upstream.stalls_after(1)
    with requests.Session() as session:
        response = ask(session, server)
        assert response.raw.read(4) == b"Hm, "
        server.send(signal.SIGTERM)
        assert response.raw.read() == b"\n[The answer broke off. What came so far is above.]\n"
        assert eventually(lambda: upstream.hung_up.is_set())
