"""The line between two who talk over it, a browser and the app say, which can be cut, jammed, and mended."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

PIECE = 65536
QUEUE = 64
SOON = 0.2  # seconds in which somebody who is let in at all is let in


class Line:
    """Passes bytes on, both ways, between whoever comes to its address and a server."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._server = (address.hostname or "", address.port or 80)
        self._door = socket.create_server(("127.0.0.1", 0), backlog=QUEUE)
        self._ends: set[socket.socket] = set()
        self._queue: list[socket.socket] = []
        self._is_cut = False
        self._is_deaf = False
        self._takes_cookies = False
        self._is_open = threading.Event()
        self._is_open.set()
        self._is_held_up = threading.Event()
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._let_in, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        self._let_everybody_in()
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def cut(self) -> None:
        """Break every connection, and each new one at once."""
        self._is_cut = True
        self._hang_up_on_all()

    def jam(self) -> None:
        """Break every connection, and let each new one wait at the door: the queue before it is full."""
        self._is_open.clear()
        self._come_to_the_door()
        self._is_held_up.wait()
        self._door.listen(0)
        self._hang_up_on_all()
        with suppress(TimeoutError):
            for _ in range(QUEUE):
                self._come_to_the_door()

    def mend(self) -> None:
        self._is_cut = self._is_deaf = False
        self._let_everybody_in()

    def deafen(self) -> None:
        """Swallow what comes back from the server, until it is mended."""
        self._is_deaf = True

    def take_cookies(self) -> None:
        """Let no cookie through, as if the browser kept none."""
        self._takes_cookies = True

    def _hang_up_on_all(self) -> None:
        for end in tuple(self._ends):
            _hang_up(end)

    def _let_everybody_in(self) -> None:
        self._door.listen(QUEUE)
        self._is_held_up.clear()
        self._is_open.set()
        for waiting in self._queue:
            waiting.close()
        self._queue.clear()

    def _come_to_the_door(self) -> None:
        self._queue.append(socket.create_connection(self._door.getsockname(), SOON))

    def _hold_up_while_jammed(self) -> None:
        if not self._is_open.is_set():
            self._is_held_up.set()
            self._is_open.wait()

    def _let_in(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._door.accept()
                self._hold_up_while_jammed()
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
                if self._takes_cookies:
                    piece = piece.replace(b"Set-Cookie:", b"Not-Cookie:")
                if not (back and self._is_deaf):
                    target.sendall(piece)
        _hang_up(target)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
