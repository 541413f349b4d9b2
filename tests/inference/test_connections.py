"""What happens to connections: kept, renewed, never lost, and never the source of a strange exception."""

import importlib
import threading
import warnings
from collections.abc import Iterator

import pytest
import requests.exceptions
import urllib3.exceptions

from parley.inference.attachments import Attachment
from parley.inference.client import InferenceClient
from parley.inference.errors import InferenceError, Interrupted, TimedOut
from parley.inference.transport import Transport
from parley.inference.wire import trusting
from tests.inference.asking import QUESTION, ask
from tests.inference.test_hanging_up import busy_port, listening, port_of
from tests.upstream import Upstream


def test_one_connection_serves_one_answer_after_the_other(
    either_client: InferenceClient, either_upstream: Upstream
) -> None:
    for _ in range(3):
        assert ask(either_client).text == "Hello there."
    assert either_upstream.connections == 1


def test_whom_to_trust_is_read_once_for_all_connections(secure_upstream: Upstream) -> None:
    trusting.cache_clear()
    for _ in range(3):
        with InferenceClient(Attachment("INFERENCE", secure_upstream.url, secure_upstream.key)) as client:
            assert ask(client).text == "Hello there."
    assert (secure_upstream.connections, trusting.cache_info().misses) == (3, 1)


def test_a_refusal_does_not_cost_the_connection(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(503, times=1)
    assert ask(client).text == "Hello there."
    assert upstream.connections == 1


def test_a_connection_that_died_while_it_lay_idle_is_replaced(client: InferenceClient, upstream: Upstream) -> None:
    ask(client)
    upstream.closes_without_a_word()
    upstream.then_says("Hi")
    assert ask(client).text == "Hi"
    assert upstream.connections == 2


def test_answers_at_the_same_time_have_a_connection_each(client: InferenceClient, upstream: Upstream) -> None:
    upstream.stalls_after(1)
    replies = [client.ask(QUESTION) for _ in range(20)]
    for reply in replies:
        reply.open()
    assert upstream.connections == 20
    upstream.release()
    for reply in replies:
        list(reply.batches())
    threads = [threading.Thread(target=ask, args=(client,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert upstream.connections == 20


def test_a_connection_that_nobody_picks_up_is_given_up_in_time() -> None:
    with busy_port() as url:
        assert_unreachable(url)


def test_a_handshake_that_nobody_returns_is_given_up_in_time() -> None:
    with listening(backlog=5) as listener:
        assert_unreachable(f"https://127.0.0.1:{port_of(listener)}")


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(secure_upstream: Upstream) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("REQUESTS_CA_BUNDLE")
        assert_unreachable(secure_upstream.url)
    assert secure_upstream.requests == []


def assert_unreachable(url: str) -> None:
    with InferenceClient(Attachment("INFERENCE", url, "inf-1"), connect_timeout=0.2) as client:
        error = ask(client).error
    assert error
    assert (error.kind, error.status) == ("unreachable", 502)


def foreign_exceptions() -> Iterator[type[Exception]]:
    """Every exception that the libraries beneath us define."""
    for module in (requests.exceptions, urllib3.exceptions, importlib.import_module("http.client")):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Exception) and not issubclass(value, Warning):
                yield value


def raisable(foreign: type[Exception]) -> Exception:
    """An instance, whatever the class wants to be made from."""
    made = type(foreign.__name__, (foreign,), {"__init__": lambda self: None, "__str__": lambda self: "it failed"})
    error: Exception = made()
    return error


@pytest.mark.parametrize(
    "foreign", list(foreign_exceptions()), ids=lambda foreign: f"{foreign.__module__}.{foreign.__name__}"
)
def test_no_exception_of_the_libraries_beneath_escapes(foreign: type[Exception]) -> None:
    transport = Transport(Attachment("INFERENCE", "http://127.0.0.1", "inf-1"), 1, 1, 1)
    error = raisable(foreign)
    with pytest.raises(InferenceError) as raised, transport.translated(broken=Interrupted):
        raise error
    assert raised.value.__cause__ is error
    transport.close()


@pytest.mark.parametrize("foreign", [requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError])
def test_silence_is_told_from_other_failures(foreign: type[Exception]) -> None:
    transport = Transport(Attachment("INFERENCE", "http://127.0.0.1", "inf-1"), 1, 1, 1)
    with pytest.raises(TimedOut), transport.translated():
        raise raisable(foreign)
    transport.close()


def test_no_socket_is_left_open(upstream: Upstream) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            with InferenceClient(Attachment("INFERENCE", upstream.url, upstream.key)) as client:
                ask(client)
        assert upstream.all_connections_close()
