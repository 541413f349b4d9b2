"""Readers who take a byte a second, or nothing at all: the answer doesn't wait for them, nor does anybody else."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlencode, urlsplit

import pytest

from tests.callers import Caller
from tests.people import EVENTS, Form
from tests.processes import Process
from tests.upstream import Upstream
from tests.waiting import eventually

PARAGRAPH = "The quick brown fox jumps over the lazy dog. " * 20 + "\n\n"
PARAGRAPHS = 500  # half a megabyte: much more than the buffers between the app and a reader hold
READERS = 20
MEMORY = 128 * 1024 * 1024  # bytes for all of it; `flask run` has a thread for each reader, and threads have heaps
PROMPTLY = 2.0  # seconds
SMALL = 1024  # bytes, the least that a socket holds

Reading = Callable[[socket.socket, threading.Event], None]


def never(_: socket.socket, leaving: threading.Event) -> None:
    leaving.wait()


def a_byte_a_second(reader: socket.socket, leaving: threading.Event) -> None:
    while not leaving.wait(1) and reader.recv(1):
        pass


@pytest.mark.parametrize("reading", [never, a_byte_a_second])
def test_nobody_waits_for_a_slow_reader(visitor: Caller, upstream: Upstream, reading: Reading) -> None:
    upstream.says("Short.")
    list(visitor.say("Warm up")[1])
    before = memory(visitor.server)
    upstream.says(*[PARAGRAPH] * PARAGRAPHS)
    start, _ = visitor.say("Tell me a lot")
    with readers(visitor, f"/answers/{start['answer']}/events", reading):
        assert eventually(lambda: visitor.kept(start["url"])[-1]["state"] == "complete", 30)
        assert visitor.kept(start["url"])[-1]["text"] == PARAGRAPH * PARAGRAPHS
        upstream.says("Short.")
        began = time.monotonic()
        with Caller(visitor.server) as other:
            assert list(other.say("Hi")[1])[-1][1]["state"] == "complete"
        assert time.monotonic() - began < PROMPTLY
        assert memory(visitor.server) - before < MEMORY
    assert "Traceback" not in visitor.server.log


@pytest.mark.parametrize("reading", [never, a_byte_a_second])
def test_an_answer_whose_asker_hardly_reads_is_finished_and_stored(
    visitor: Caller, upstream: Upstream, reading: Reading
) -> None:
    upstream.says(*[PARAGRAPH] * PARAGRAPHS)
    form = visitor.page().form("/turns")
    form.fields["message"] = "Tell me a lot"
    with reader(visitor, posted(form), reading):
        assert upstream.answered.wait(30)
        assert eventually(lambda: "Tell me a lot" in visitor.page().links)
        here = visitor.page().links["Tell me a lot"]
        assert eventually(lambda: visitor.kept(here)[-1]["state"] == "complete")
    assert visitor.kept(here)[-1]["text"] == PARAGRAPH * PARAGRAPHS
    answer = visitor.kept(here)[-1]["id"]
    blocks = [event for name, event in visitor.watch(answer) if name == "block"]
    assert len(blocks) == PARAGRAPHS


@contextmanager
def readers(visitor: Caller, address: str, reading: Reading) -> Iterator[None]:
    """Many at once, of one address."""
    request = f"GET {address} HTTP/1.1\r\nAccept: text/event-stream\r\n"
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(reader(visitor, request, reading))
        yield


@contextmanager
def reader(visitor: Caller, request: str, reading: Reading) -> Iterator[None]:
    """Somebody with the visitor's cookies, who asks for something and reads it in their own way."""
    leaving = threading.Event()
    with slow_socket(visitor.server) as connection:
        head, _, body = request.partition("\r\n\r\n")
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.cookies)
        connection.sendall(f"{head.rstrip()}\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n{body}".encode())
        thread = threading.Thread(target=reading, args=(connection, leaving))
        thread.start()
        try:
            yield
        finally:
            leaving.set()
            thread.join()


def posted(form: Form) -> str:
    body = urlencode(form.fields)
    return (
        f"POST {form.action} HTTP/1.1\r\nAccept: {EVENTS['Accept']}\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
    )


def slow_socket(server: Process) -> socket.socket:
    address = urlsplit(server.url)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    connection.settimeout(30)
    connection.connect((address.hostname, address.port))
    return connection


def memory(server: Process) -> int:
    return sum(process.memory_info().rss for process in server.tree)
