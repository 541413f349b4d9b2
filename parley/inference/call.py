"""One use of the wire, and the way to end it from any thread."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from parley.inference.errors import HungUp

RESET_WHEN_CLOSED = struct.pack("ii", 1, 0)


class Call:
    """Knows which socket a request goes through at this moment, if any, and whether anybody still wants the answer.

    Shutting a socket down wakes whoever waits on it, be it for a connection, for the first byte or for the next.
    """

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self.uses_old_connection = False
        self.connected_at: float | None = None
        self._socket: socket.socket | None = None
        self._duplicate: socket.socket | None = None
        self._waits: list[threading.Event] = []
        self._lock = threading.Lock()

    def hang_up(self) -> None:
        with self._lock:
            self.is_over.set()
            for wait in self._waits:
                wait.set()
            for held in filter(None, (self._socket, self._duplicate)):
                _shut_down(held)

    def refuse_if_over(self) -> None:
        if self.is_over.is_set():
            raise HungUp

    def wakes(self, wait: threading.Event) -> None:
        """Set this event too when it's over: somebody waits for it, and there is no socket yet."""
        with self._lock:
            self._waits.append(wait)
            if self.is_over.is_set():
                wait.set()

    def watch(self, connecting: socket.socket) -> None:
        """Hold a socket that is not connected yet: a duplicate of it, since TLS takes the original apart."""
        self.let_go()
        with self._lock:
            self._duplicate = connecting.dup()
        self.refuse_if_over()

    def hold(self, connected: socket.socket) -> None:
        """Hold the socket that question and answer go through."""
        with self._lock:
            self._socket = connected
            self.connected_at = time.monotonic()
        self.refuse_if_over()

    def let_go(self) -> None:
        """Hold nothing any more. The next to use the connection may be another call."""
        with self._lock:
            if self._duplicate:
                self._duplicate.close()
            self._socket = self._duplicate = None

    def limit_silence(self, seconds: float) -> None:
        """Wait no longer than this for the next bytes."""
        with self._lock, suppress(OSError):
            if self._socket:
                self._socket.settimeout(seconds)


_current: ContextVar[Call | None] = ContextVar("call", default=None)


def current_call() -> Call | None:
    """The call that the present thread, or greenlet, is making."""
    return _current.get()


@contextmanager
def making(call: Call) -> Iterator[None]:
    """Whatever connection is used inside is used for this call."""
    token = _current.set(call)
    try:
        yield
    finally:
        _current.reset(token)


def _shut_down(held: socket.socket) -> None:
    """Close both directions under whoever waits on them; once that one closes too, have the other side told to stop.

    A mere farewell is not enough: a service that has filled our buffers waits for room, and would wait for minutes.
    Nor is the socket's own method: that of a TLS socket also takes its session away, and who reads from it in another
    thread would find itself reading the naked bytes.
    """
    with suppress(OSError):
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_WHEN_CLOSED)
        socket.socket.shutdown(held, socket.SHUT_RDWR)
