"""Connections that can be hung up on.

requests shows a response only when its headers are there, and a model may think for a minute before it sends them. So
each connection tells the call it is made for which socket it goes through, as soon as there is one.
"""

import socket
import ssl
import time
from functools import lru_cache
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from parley.inference.body import Body
from parley.inference.call import Call, current_call
from parley.inference.errors import HungUp
from parley.inference.names import Address, Lookup

SHORTEST_WAIT = 0.1  # seconds left to connect in, however long the name took


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
    """A connection within reach of the call that it is made for."""

    response_class = Body
    call: Call | None = None
    has_served = False

    def connect(self) -> None:
        """Connect, shake hands; whichever of the two takes too long, the service can't be reached."""
        try:
            super().connect()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"Connection to {self.host} timed out.") from error
        finally:
            if call := current_call():
                call.let_go()

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Connect first, so that there is a socket to tell of before anything is waited for."""
        self.call = current_call()
        if self.call:
            self.call.uses_old_connection = self.has_served
        self.has_served = True
        if self.sock is None:
            self.connect()
        if self.call:
            self.call.hold(self.sock)
        super().request(*args, **kwargs)

    def close(self) -> None:
        self.has_served = False
        super().close()

    def _new_conn(self) -> socket.socket:
        """Try each address, as urllib3 does, but let the call watch, and let all of them share the time there is."""
        began = time.monotonic()
        try:
            addresses = Lookup(self._dns_host, self.port or 0).addresses(self.timeout, current_call())
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        left = max(SHORTEST_WAIT, self.timeout - (time.monotonic() - began)) if self.timeout else None
        return self._first_to_answer(addresses, left)

    def _first_to_answer(self, addresses: list[Address], seconds: float | None) -> socket.socket:
        failure: OSError = OSError("the name has no address")
        for family, kind, protocol, _, address in addresses:
            connecting = socket.socket(family, kind, protocol)
            try:
                return self._connected(connecting, address, seconds and seconds / len(addresses))
            except OSError as error:
                connecting.close()
                failure = error
            except HungUp:
                connecting.close()
                raise
        raise NewConnectionError(self, str(failure)) from failure

    def _connected(self, connecting: socket.socket, address: Any, seconds: float | None) -> socket.socket:
        if call := current_call():
            call.watch(connecting)
        for option in self.socket_options or ():
            connecting.setsockopt(*option)
        connecting.settimeout(seconds)
        connecting.connect(address)
        connecting.settimeout(self.timeout)
        return connecting


class TLSConnection(Connection, HTTPSConnection):
    """The same, encrypted."""

    def connect(self) -> None:
        if self.ssl_context is None and (self.ca_certs or self.ca_cert_dir):
            self.ssl_context = trusting(self.ca_certs, self.ca_cert_dir)
            self.ca_certs = self.ca_cert_dir = None
        super().connect()


@lru_cache(maxsize=4)
def trusting(certificates: str | None, folder: str | None) -> ssl.SSLContext:
    """Whom to trust, read once. For each connection anew it would take 20 ms, in which no other answer moves."""
    context = create_urllib3_context()
    context.load_verify_locations(certificates, folder)
    return context


class Pool(HTTPConnectionPool):
    """A pool that takes a connection away from its call before it gives it to the next."""

    ConnectionCls = Connection

    def _put_conn(self, conn: Any) -> None:
        if conn is not None and conn.call:
            conn.call.let_go()
            conn.call = None
        super()._put_conn(conn)


class TLSPool(Pool, HTTPSConnectionPool):
    ConnectionCls = TLSConnection


POOLS = {"http": Pool, "https": TLSPool}
