"""Readers of very many answers at once: each asks, reads to the end, and asks again. Prints what they noted, as JSON.

    python -m bench.listeners --app http://127.0.0.1:5000 --model http://127.0.0.1:8081 --streams 200

They say `ready`, and begin when there is a line for them to read. Some ask the model itself, to compare; some note the
time of each token, the others only how it ends, which is less work.
"""

import argparse
import asyncio
import re
import sys
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import orjson
import requests

from bench.stamps import RANGE, moments_in, now

VISITORS = 20  # who share the readers among them
PACE = 50  # tokens a second
ALLOWANCE = 120  # seconds by which even a crowded app has told everything
END_OF_BODY = b"0\r\n\r\n"
COMPLETE = b'event: end\ndata: {"state":"complete"'
DONE = b"[DONE]"


@dataclass
class Noted:
    """Milliseconds from the question to the first token, and from a model's mouth to the reader's ear for each."""

    first: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Listener(asyncio.Protocol):
    """Asks over one connection, again and again."""

    def __init__(self, ending: bytes, noted: Noted, is_exact: bool) -> None:
        self._ending = ending
        self._noted = noted
        self._is_exact = is_exact
        self._over: asyncio.Future[None] | None = None
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def ask(self, request: bytes) -> None:
        """Ask, and wait until the answer has ended."""
        if self._transport.is_closing():
            raise ConnectionError("the connection is lost")
        self._over = asyncio.get_running_loop().create_future()
        self._is_whole, self._latest, self._asked = False, -1, now()
        self._transport.write(request)
        await asyncio.wait_for(self._over, ALLOWANCE)

    def data_received(self, data: bytes) -> None:
        heard = self._tail + data
        if self._is_exact:
            self._note(heard, now())
        self._is_whole = self._is_whole or self._ending in heard
        self._tail = heard[-64:]
        if heard.endswith(END_OF_BODY):
            self._tail = b""
            self._end(None if self._is_whole else heard[:80].decode(errors="replace"))

    def connection_lost(self, error: Exception | None) -> None:
        self._end(f"the connection was lost: {error}")

    def _note(self, heard: bytes, moment: float) -> None:
        """A block is sent more than once, so a word is only news if it was said after all others; what is yet to be
        said only looks like one."""
        for said in moments_in(heard):
            if self._latest < said <= moment:
                if self._latest < 0:
                    self._noted.first.append((moment - self._asked) % RANGE)
                self._noted.late.append((moment - said) % RANGE)
                self._latest = said

    def _end(self, error: str | None) -> None:
        if self._over and not self._over.done():
            self._over.set_result(None)
            if error:
                self._noted.errors.append(error)


@dataclass(frozen=True)
class Visitor:
    """Who asks the app: what of a page is needed to submit its form."""

    cookie: str
    token: str

    @classmethod
    def arrive(cls, app: str) -> "Visitor":
        page = requests.get(app, timeout=30)
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
        assert token
        return cls("; ".join(f"{one.name}={one.value}" for one in page.cookies), token[1])

    def request(self, app: str, tokens: int) -> bytes:
        form = {"csrf_token": self.token, "turn": uuid4(), "parent": "", "message": f"Say {tokens} tokens of it."}
        head = {
            "Cookie": self.cookie,
            "Accept": "text/event-stream",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return post(app, f"/conversations/{uuid4()}/turns", head, urlencode(form).encode())


def asked_directly(model: str, tokens: int) -> bytes:
    question = {"role": "user", "content": f"Say {tokens} tokens of it."}
    body = orjson.dumps({"model": "metronome", "stream": True, "messages": [question]})
    return post(model, "/v1/chat/completions", {"Content-Type": "application/json"}, body)


def post(url: str, path: str, head: dict[str, str], body: bytes) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {urlsplit(url).netloc}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in head.items()), "", ""]).encode() + body


class Crowd:
    """All readers of a run. They come one after the other while the first of them hears its first answer."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._visitors = [Visitor.arrive(options.app) for _ in range(min(VISITORS, options.streams))]
        self.noted, self.direct = Noted(), Noted()

    async def listen(self) -> None:
        options = self._options
        ramp = options.ramp or options.tokens / PACE
        exact = max(1, options.streams // options.exact)
        await asyncio.gather(
            *(self._read(number, ramp * number / options.streams, exact) for number in range(options.streams)),
            *(self._read_directly(ramp * number / options.direct) for number in range(options.direct)),
        )

    async def _read(self, number: int, pause: float, exact: int) -> None:
        visitor = self._visitors[number % len(self._visitors)]
        await asyncio.sleep(pause)
        reader = await _connected(self._options.app, Listener(COMPLETE, self.noted, number % exact == 0))
        for _ in range(self._options.answers):
            await _asked(reader, visitor.request(self._options.app, self._options.tokens), self.noted)

    async def _read_directly(self, pause: float) -> None:
        await asyncio.sleep(pause)
        reader = await _connected(self._options.model, Listener(DONE, self.direct, is_exact=True))
        for _ in range(self._options.answers):
            await _asked(reader, asked_directly(self._options.model, self._options.tokens), self.direct)


async def _connected(url: str, listener: Listener) -> Listener:
    address = urlsplit(url)
    await asyncio.get_running_loop().create_connection(lambda: listener, str(address.hostname), int(address.port or 80))
    return listener


async def _asked(reader: Listener, request: bytes, noted: Noted) -> None:
    try:
        await reader.ask(request)
    except (TimeoutError, OSError) as error:
        noted.errors.append(repr(error))


def main() -> None:
    """Get ready, wait for the word, listen, tell."""
    arguments = argparse.ArgumentParser(description="Readers of many answers at once.")
    arguments.add_argument("--app", required=True)
    arguments.add_argument("--model", required=True)
    arguments.add_argument("--streams", type=int, required=True)
    arguments.add_argument("--answers", type=int, default=2, help="that each reads, one after the other")
    arguments.add_argument("--tokens", type=int, default=200, help="of an answer")
    arguments.add_argument("--ramp", type=float, help="seconds in which all come; as long as an answer, unless set")
    arguments.add_argument("--direct", type=int, default=10, help="readers that ask the model itself")
    arguments.add_argument("--exact", type=int, default=100, help="readers that note the time of each token")

    crowd = Crowd(arguments.parse_args())
    print("ready", flush=True)
    sys.stdin.readline()
    began = monotonic()
    asyncio.run(crowd.listen())
    told = {"seconds": monotonic() - began, "app": vars(crowd.noted), "direct": vars(crowd.direct)}
    print(orjson.dumps(told).decode(), flush=True)


if __name__ == "__main__":
    main()
