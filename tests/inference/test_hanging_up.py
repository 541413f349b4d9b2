"""An answer can be given up by another thread at any moment, and the model's service notices at once."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from parley.inference.attachments import Attachment
from parley.inference.client import InferenceClient, Reply
from parley.inference.errors import HungUp
from parley.inference.events import Event, Text
from tests.inference.asking import QUESTION, ask
from tests.upstream import Upstream, chunk, event

AT_ONCE = 1.0
SOON = 0.2


@contextmanager
def patient_client(url: str, key: str = "inf-1") -> Iterator[InferenceClient]:
    """A client that would wait far longer than this test."""
    attachment = Attachment("INFERENCE", url, key)
    with InferenceClient(attachment, connect_timeout=30, read_timeout=30, backoff=30) as client:
        yield client


class Asker(threading.Thread):
    """Opens and reads an answer in a thread of its own."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(daemon=True)
        self.reply = reply
        self.heard: list[Event] = []
        self.has_heard = threading.Event()
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            with self.reply:
                self.reply.open()
                self._read()
        except HungUp as error:
            self.error = error

    def _read(self) -> None:
        for batch in self.reply.batches():
            self.heard += batch
            self.has_heard.set()

    def has_ended(self) -> bool:
        self.join(AT_ONCE)
        return not self.is_alive()


def test_hanging_up_before_the_first_byte(either_upstream: Upstream) -> None:
    either_upstream.stalls_before_headers()
    with patient_client(either_upstream.url, either_upstream.key) as client:
        asker = Asker(client.ask(QUESTION))
        assert either_upstream.asked.wait(AT_ONCE)
        asker.reply.hang_up()
        assert either_upstream.hung_up.wait(AT_ONCE)
        assert asker.has_ended()
        assert isinstance(asker.error, HungUp)


def test_hanging_up_in_mid_answer(either_upstream: Upstream) -> None:
    either_upstream.says("So f", "ar")
    either_upstream.stalls_after(1)
    with patient_client(either_upstream.url, either_upstream.key) as client:
        asker = Asker(client.ask(QUESTION))
        assert asker.has_heard.wait(AT_ONCE)
        asker.reply.hang_up()
        assert either_upstream.hung_up.wait(AT_ONCE)
        assert asker.has_ended()
        assert asker.error is None
        assert Text("So f") in asker.heard


def test_hanging_up_while_words_pour_in(either_upstream: Upstream) -> None:
    either_upstream.sends(*[event(chunk("word "))] * 100_000)
    with patient_client(either_upstream.url, either_upstream.key) as client:
        asker = Asker(client.ask(QUESTION))
        assert asker.has_heard.wait(AT_ONCE)
        asker.reply.hang_up()
        assert either_upstream.hung_up.wait(AT_ONCE)
        assert asker.has_ended()
        assert asker.error is None


def test_hanging_up_in_the_pause_before_another_try(upstream: Upstream) -> None:
    upstream.refuses(503)
    with patient_client(upstream.url, upstream.key) as client:
        asker = Asker(client.ask(QUESTION))
        assert upstream.asked.wait(AT_ONCE)
        threading.Timer(SOON, asker.reply.hang_up).start()
        assert asker.has_ended()
        assert isinstance(asker.error, HungUp)
        assert len(upstream.chats) == 1


def test_hanging_up_while_nobody_picks_up_the_connection() -> None:
    with busy_port() as url, patient_client(url) as client:
        asker = Asker(client.ask(QUESTION))
        threading.Timer(SOON, asker.reply.hang_up).start()
        assert asker.has_ended()
        assert isinstance(asker.error, HungUp)


def test_hanging_up_while_nobody_returns_the_tls_handshake() -> None:
    with listening(backlog=5) as listener, patient_client(f"https://127.0.0.1:{port_of(listener)}") as client:
        asker = Asker(client.ask(QUESTION))
        caller, _ = listener.accept()
        with caller:
            threading.Timer(SOON, asker.reply.hang_up).start()
            assert asker.has_ended()
        assert isinstance(asker.error, HungUp)


def test_hanging_up_before_anything_was_sent(client: InferenceClient, upstream: Upstream) -> None:
    reply = client.ask(QUESTION)
    reply.hang_up()
    with pytest.raises(HungUp):
        reply.open()
    assert upstream.requests == []


def test_hanging_up_between_opening_and_reading(client: InferenceClient, upstream: Upstream) -> None:
    upstream.says("So f", "ar")
    upstream.stalls_after(1)
    with client.ask(QUESTION) as reply:
        reply.open()
        reply.hang_up()
        list(reply.batches())
    assert upstream.hung_up.wait(AT_ONCE)


def test_hanging_up_on_an_answer_that_is_over_does_not_hit_the_next_one(
    client: InferenceClient, upstream: Upstream
) -> None:
    upstream.says("Hi")
    with client.ask(QUESTION) as first:
        list(first.batches())
        upstream.stalls_after(1)
        asker = Asker(client.ask(QUESTION))
        assert asker.has_heard.wait(AT_ONCE)
        first.hang_up()
        upstream.release()
        assert asker.has_ended()
    assert asker.error is None
    assert not upstream.hung_up.is_set()


def test_hanging_up_twice_is_hanging_up(client: InferenceClient, upstream: Upstream) -> None:
    upstream.stalls_after(1)
    with client.ask(QUESTION) as reply:
        reply.open()
        reply.hang_up()
        reply.hang_up()
        reply.close()
        reply.close()
    assert upstream.hung_up.wait(AT_ONCE)


def test_a_line_that_was_hung_up_on_serves_nobody_else(client: InferenceClient, upstream: Upstream) -> None:
    upstream.says("So f", "ar")
    upstream.stalls_after(1)
    with client.ask(QUESTION) as reply:
        next(reply.batches())
        reply.hang_up()
    upstream.says("Hi")
    assert ask(client).text == "Hi"


def test_a_reader_who_stops_reading_hangs_up(client: InferenceClient, upstream: Upstream) -> None:
    upstream.says("So f", "ar")
    upstream.stalls_after(1)
    batches = client.ask(QUESTION).batches()
    next(batches)
    batches.close()
    assert upstream.hung_up.wait(AT_ONCE)


def test_a_reader_who_has_had_enough_stops_a_flood(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(*[event(chunk("word "))] * 100_000)
    batches = client.ask(QUESTION).batches()
    next(batches)
    batches.close()
    assert upstream.hung_up.wait(AT_ONCE)


@contextmanager
def listening(backlog: int) -> Iterator[socket.socket]:
    """A port on which nobody speaks."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(backlog)
        yield listener


@contextmanager
def busy_port() -> Iterator[str]:
    """An address where as many wait for a connection as may: who comes next is left without an answer."""
    with listening(backlog=0) as listener, ExitStack() as waiting:
        for _ in range(3):
            caller = waiting.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{port_of(listener)}"


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port
