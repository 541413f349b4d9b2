"""Connections that can be hung up on, from any thread and at any moment.

requests shows a response only when its headers are there, and a model may think for a minute before it sends them. So
each connection tells the call it serves which socket it talks through; shutting that down wakes whoever waits on it.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from parley.inference.errors import HungUp


class Call:
    """One use of the wire. It can be ended before, while and after it holds a connection."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self.uses_old_connection = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def hang_up(self) -> None:
        with self._lock:
            self.is_over.set()
            if self._socket:
                _shut_down(self._socket)

    def hold(self, connected: socket.socket) -> None:
        """Take the socket that this call now goes through."""
        with self._lock:
            self._socket = connected
        self.refuse_if_over()

    def let_go(self) -> None:
        """Forget the socket: another call may be the next to use it."""
        with self._lock:
            self._socket = None

    def limit_silence(self, seconds: float) -> None:
        with self._lock, suppress(OSError):
            if self._socket:
                self._socket.settimeout(seconds)

    def refuse_if_over(self) -> None:
        if self.is_over.is_set():
            raise HungUp


_current: ContextVar[Call | None] = ContextVar("call", default=None)


@contextmanager
def serving(call: Call) -> Iterator[None]:
    """Whatever connection is used inside belongs to the call."""
    token = _current.set(call)
    try:
        yield
    finally:
        _current.reset(token)


class Adapter(HTTPAdapter):
    """requests' adapter, over connections that know their call, also on the way through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = POOLS
        return manager


class Connection(HTTPConnection):
    call: Call | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Connect first, so that there is a socket to tell of before anything is waited for."""
        self.call = _current.get()
        is_old = self.sock is not None
        if not is_old:
            self.connect()
        if self.call:
            self.call.uses_old_connection = is_old
            self.call.hold(self.sock)
        super().request(*args, **kwargs)


class TLSConnection(Connection, HTTPSConnection):
    pass


class Pool(HTTPConnectionPool):
    ConnectionCls = Connection

    def _put_conn(self, conn: Any) -> None:
        """Whoever hangs up from now on must not hit the connection's next user."""
        if conn is not None and conn.call:
            conn.call.let_go()
            conn.call = None
        super()._put_conn(conn)


class TLSPool(Pool, HTTPSConnectionPool):
    ConnectionCls = TLSConnection


POOLS = {"http": Pool, "https": TLSPool}


def _shut_down(connected: socket.socket) -> None:
    """Close both directions under whoever waits on them.

    Not by the socket's own method: that of a TLS socket also takes its session away, and who reads from it in another
    thread would find itself reading the naked bytes.
    """
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
