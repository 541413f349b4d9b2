"""The line between a browser and the app, which can be cut, mended, and made to swallow what comes back."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

PIECE = 65536


class Line:
    """Passes bytes on, both ways, between whoever comes to its address and a server."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._server = (address.hostname or "", address.port or 80)
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._ends: set[socket.socket] = set()
        self._is_cut = False
        self._is_deaf = False
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._let_in, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def cut(self) -> None:
        """Break every connection, and each new one at once."""
        self._is_cut = True
        for end in tuple(self._ends):
            _hang_up(end)

    def mend(self) -> None:
        self._is_cut = self._is_deaf = False

    def deafen(self) -> None:
        """Swallow what comes back from the server, until it is mended."""
        self._is_deaf = True

    def _let_in(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._door.accept()
                threading.Thread(target=self._join, args=(browser,), daemon=True).start()

    def _join(self, browser: socket.socket) -> None:
        with suppress(OSError), browser:
            if self._is_cut:
                return
            with socket.create_connection(self._server) as server:
                self._ends |= {browser, server}
                back = threading.Thread(target=self._pass_on, args=(server, browser, True), daemon=True)
                back.start()
                self._pass_on(browser, server)
                back.join()
                self._ends -= {browser, server}

    def _pass_on(self, source: socket.socket, target: socket.socket, back: bool = False) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if not (back and self._is_deaf):
                    target.sendall(piece)
        _hang_up(target)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
