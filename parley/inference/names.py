"""Looking up the address of a name, for no longer than anybody wants to wait.

The operating system's way of doing so can't be given up, and takes up to a minute where no name server answers. So it
is left to a thread of its own, which may end whenever it does.
"""

import socket
import threading
from typing import Any

from parley.inference.call import Call

Address = Any  # what getaddrinfo gives: family, kind, protocol, canonical name, address


class Lookup:
    """One look at who has a name. It begins at once."""

    def __init__(self, host: str, port: int) -> None:
        self._name = (host, port)
        self._over = threading.Event()
        self._found: list[Address] | None = None
        self._failure: OSError | UnicodeError | None = None
        threading.Thread(target=self._look, name=f"lookup-{host}", daemon=True).start()

    def addresses(self, seconds: float | None, call: Call | None) -> list[Address]:
        """What was found. Raises what the look failed with, TimeoutError if it took too long, and HungUp if nobody
        wants it any more."""
        if call:
            call.wakes(self._over)
        self._over.wait(seconds)
        if call:
            call.refuse_if_over()
        if self._found is None:
            raise self._failure or TimeoutError("no name server answered in time")
        return self._found

    def _look(self) -> None:
        try:
            self._found = socket.getaddrinfo(*self._name, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # the latter for what is no name at all
            self._failure = error
        self._over.set()
