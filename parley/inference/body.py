"""A response whose body is read in as few pieces as it has come in."""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPResponse
from typing import Any

from urllib3.exceptions import ReadTimeoutError

BUFFER_SIZE = 64 * 1024
HEAD_OF_CHUNK = re.compile(rb"(?!0+[\r;])([0-9a-fA-F]+)[^\r\n]*\r\n.", re.DOTALL)


class Body(HTTPResponse):
    """Python's own response, which however gives one HTTP chunk at a time, however many have come.

    A model's service sends each word as a chunk of its own, and over TLS as a record of its own. Whoever reads now and
    then must get all that came since at once, or falls behind for good.
    """

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._socket = sock
        self._is_empty = False  # whether nothing was left in the buffer, which with the head may have come some body
        self.fp.close()
        self.fp = sock.makefile("rb", buffering=BUFFER_SIZE)  # type: ignore[assignment]

    def read1(self, n: int = -1) -> bytes:
        """Wait for the first bytes, as ever; then take what else can be had without waiting."""
        was_empty, self._is_empty = self._is_empty, False
        pieces = self._chunks(n) or [super().read1(n)]
        if self._is_empty and was_empty and not isinstance(self._socket, ssl.SSLSocket):
            return b"".join(pieces)  # they came straight from the socket, which gave all that it had
        if not pieces[0] or self.isclosed():
            return pieces[0]
        with self._without_waiting():
            while (room := n - sum(map(len, pieces))) > 0 and self._has_more_at_hand():
                pieces += self._chunks(room) or [super().read1(room)]
        return b"".join(pieces)

    def _chunks(self, room: int) -> list[bytes]:
        """The chunks that are there as a whole, if there are any, once something is there.

        One after the other they would take Python's own response ten times as long: 20 CPU-ms for a thousand tokens.
        """
        if self.isclosed() or not self.chunked or self.chunk_left:
            return []
        if self.chunk_left == 0 and self.fp.peek().startswith(b"\r\n"):
            self.fp.read(2)
            self.chunk_left = None
        if self.chunk_left is not None:
            return []
        buffer = self.fp.peek()
        found, length = chunks_in(buffer, room)
        self.fp.read(length)
        self._is_empty = length == len(buffer)
        return found

    @contextmanager
    def _without_waiting(self) -> Iterator[None]:
        timeout = self._socket.gettimeout()
        self._socket.settimeout(0)
        try:
            yield
        finally:
            with suppress(OSError):  # with the last byte the socket may have been closed
                self._socket.settimeout(timeout)

    def _has_more_at_hand(self) -> bool:
        """Whether some of the body is there, and, where it comes in chunks, whatever has to be read before it."""
        if self.isclosed():
            return False
        if not self.chunked or self.chunk_left:
            return bool(self._peek())
        if self.chunk_left == 0 and self._peek().startswith(b"\r\n"):
            self.fp.read(2)
            self.chunk_left = None
        return self.chunk_left is None and bool(HEAD_OF_CHUNK.match(self._peek()))

    def _peek(self) -> bytes:
        """What the buffer has, else what the socket has. Its end, or its failure, is left to the next read to find."""
        try:
            return self.fp.peek()
        except (ssl.SSLWantReadError, OSError):
            return b""


def chunks_in(buffer: bytes, room: int) -> tuple[list[bytes], int]:
    """The chunks at the beginning of a buffer, as far as they are whole and there is room; and how long that is."""
    found: list[bytes] = []
    done = 0
    while head := HEAD_OF_CHUNK.match(buffer, done):
        start = head.end() - 1
        end = start + int(head[1], 16)
        room -= end - start
        if room < 0 or buffer[end : end + 2] != b"\r\n":
            break
        found.append(buffer[start:end])
        done = end + 2
    return found, done


def some_of(response: Any, size: int) -> bytes:
    """Some of the body of a urllib3 response, as its own `read1` gives it; nothing at its end.

    For each read that one sees to what is encoded, and to the end. Where there are neither, it is left out: a tenth of
    what reading, rendering and sending an answer takes among fifty of them.
    """
    body = getattr(response, "_original_response", None)
    if isinstance(body, Body) and body.chunked and not body.isclosed() and "Content-Encoding" not in response.headers:
        try:
            if some := body.read1(size):
                return some
        except TimeoutError as error:
            raise ReadTimeoutError(response._pool, None, "Read timed out.") from error
    rest: bytes = response.read1(size, decode_content=True)
    return rest
