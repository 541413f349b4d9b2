"""A model's service that says each token at its time, in very many answers at once, and with next to no work.

    python -m bench.metronome --port 8081

All answers have the same pace, so those that are to go on stand in a queue, and the first of it is always the next.
"""

import argparse
import asyncio
import re
from collections import deque
from itertools import cycle, islice

import orjson

from bench.stamps import now, stamp

MODELS = orjson.dumps([{"model_id": "metronome", "regions": ["us"], "state": "active", "type": ["text-to-text"]}])
PAUSE = 20  # milliseconds: fifty tokens a second
LONGEST_PAUSE = 0.005  # seconds between two looks at the queue

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
END = b"data:[DONE]\n\n"
LAST_CHUNK = b"0\r\n\r\n"

# One token a @; two hundred of them in all. What an answer is like that explains something to somebody.
SPEECH = (
    "@ @ @ @ @ @, @ @ @ @ @ @ @ @. @ @ @ @ @ @ @ @ @: @ @ @ @ @ @ @.\n\n"
    "## @ @ @\n\n"
    "@ @ @ **@ @** @ @ @ @ @ `@` @ @ @ @, @ [@ @](https://example.org/) @ @ @ @ @ @. @ @ @ *@* @ @ @ @ @ @ @ @ @ @.\n\n"
    "- **@**: @ @ @ @ @ @\n- **@**: @ @ @ @ @ @ @\n- **@**: @ @ @ @ @\n\n"
    "```python\ndef @(@, @):\n    @ = @ + 1\n    for @ in @:\n        @.append(@)\n    return @\n```\n\n"
    "@ @ @ @ @ @ @ @ @ @ @, @ @ @ @ @ @ @ @ (@ @) @ @ @ @.\n\n"
    "| @ | @ |\n|---|---|\n| @ | @ |\n| @ | @ |\n| @ | @ |\n\n"
    "### @ @\n\n"
    "1. @ @ @ @ @ @\n2. @ @ @ @ @ @ @\n3. @ @ @ @\n\n"
    "> @ @ @ @ @ @ @ @\n\n"
    "@ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @. @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @.\n\n"
)
LENGTH = re.compile(rb"Say (\d+) tokens")

Token = tuple[bytes, bytes]  # what stands before its word and after it, as one chunk of the body


def speech(length: int) -> list[Token]:
    """What the model says, in so many tokens."""
    return [_token(piece) for piece in islice(cycle(re.findall("[^@]*@", SPEECH)), length)]


def chunk(event: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(event), event)


def event(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    named = {
        "id": "chatcmpl-1234567890",
        "object": "chat.completion.chunk",
        "created": 1790000000,
        "model": "metronome",
    }
    return b"event:message\ndata:%b\n\n" % orjson.dumps({**named, "choices": [choice]})


def _token(piece: str) -> Token:
    stands_for_a_word = stamp(0)
    content = piece.replace("@", stands_for_a_word.decode())
    before, after = chunk(event({"content": content})).split(stands_for_a_word)
    return before, after


class Answer:
    """One that is being given."""

    def __init__(self, transport: asyncio.Transport, length: int) -> None:
        self._transport = transport
        self._tokens = iter(speech(length))
        transport.write(HEAD)

    def says_more(self, word: bytes) -> bool:
        """Say one more token; whether there was any."""
        if self._transport.is_closing():
            return False
        if token := next(self._tokens, None):
            before, after = token
            self._transport.write(before + word + after)
        else:
            self._transport.write(chunk(event({}, "stop")) + chunk(END) + LAST_CHUNK)
        return token is not None


class Connection(asyncio.Protocol):
    """Takes requests, one after the other."""

    def __init__(self, queue: "Queue") -> None:
        self._queue = queue
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, end, body = self._heard.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not end or len(body) < (int(length[1]) if length else 0):
            return
        self._heard = b""
        if asked := LENGTH.search(body):
            self._queue.add(Answer(self._transport, int(asked[1])))
        else:
            self._transport.write(JSON_HEAD % (len(MODELS), MODELS))


class Queue:
    """The answers that are being given, each with the moment of its next token."""

    def __init__(self) -> None:
        self._due: deque[tuple[float, Answer]] = deque()

    def add(self, answer: Answer) -> None:
        """Begin at once: how long a model thinks is of no interest here."""
        if answer.says_more(stamp(now())):
            self._due.append((now() + PAUSE, answer))

    @property
    def pause(self) -> float:
        """Seconds until something is due."""
        return min(LONGEST_PAUSE, max(0.0, (self._due[0][0] - now()) / 1000)) if self._due else LONGEST_PAUSE

    def say_what_is_due(self) -> None:
        moment = now()
        word = stamp(moment)
        while self._due and self._due[0][0] <= moment:
            due, answer = self._due.popleft()
            if answer.says_more(word):
                self._due.append((max(due + PAUSE, moment), answer))


async def serve(port: int) -> None:
    queue = Queue()
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: Connection(queue), "127.0.0.1", port, backlog=4096)
    while True:
        queue.say_what_is_due()
        await asyncio.sleep(queue.pause)


def main() -> None:
    """Serve until the end of the process."""
    arguments = argparse.ArgumentParser(description="A model's service with an exact pace.")
    arguments.add_argument("--port", type=int, required=True)
    asyncio.run(serve(arguments.parse_args().port))


if __name__ == "__main__":
    main()
