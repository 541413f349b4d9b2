"""A model's service for very many at once: it says what `speech` says, at a steady pace.

It is written with threads and meant to run on greenlets:

    python -m gevent.monkey --module bench.upstream --port 8081 --pace 2
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

import orjson

from bench.speech import Question, pieces, rest_of

MODELS = [{"model_id": "parrot-500", "regions": ["us"], "state": "active", "type": ["text-to-text"]}]
SHARE_OF_REFUSALS = 0.01
SHARE_OF_BREAKS = 0.01


class Service(ThreadingHTTPServer):
    """Counts what it says, and has its bad moments, by the same seed at the same requests."""

    daemon_threads = True
    request_queue_size = 4096

    def __init__(self, port: int, pace: float, seed: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.pause = 1 / pace
        self.moods = Random(seed)
        self.streams = 0
        self.tokens = 0

    @contextmanager
    def one_more_stream(self) -> Iterator[None]:
        self.streams += 1
        try:
            yield
        finally:
            self.streams -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is nothing to print."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Service

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        counts = {"streams": self.server.streams, "tokens": self.server.tokens}
        self._send_json(200, MODELS if self.path == "/available-models" else counts)

    def do_POST(self) -> None:
        request = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mood = self.server.moods.random()
        if mood < SHARE_OF_REFUSALS:
            self._send_json(429, {"error": {"code": 429, "message": "too many", "type": "rate_limit"}})
        else:
            with self.server.one_more_stream():
                self._answer(request["messages"], breaks_off=mood > 1 - SHARE_OF_BREAKS)

    def _answer(self, messages: list[dict[str, str]], breaks_off: bool) -> None:
        words, is_cut = rest_of(*_asked(messages))
        said = pieces(words)
        self._send_head()
        for number, piece in enumerate(said):
            if breaks_off and number > len(said) // 2:
                self.close_connection = True
                return
            self._send(_choice({"content": piece}))
            self.server.tokens += 1
            time.sleep(self.server.pause)
        self._send(_choice({}, "length" if is_cut else "stop"))
        self._send({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": len(said)}})
        self._send_raw(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _send_head(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _send(self, event: dict[str, Any]) -> None:
        self._send_raw(b"data: %b\n\n" % orjson.dumps({"model": "parrot-500"} | event))

    def _send_raw(self, event: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(event), event))

    def _send_json(self, status: int, body: Any) -> None:
        content = orjson.dumps(body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _asked(messages: list[dict[str, str]]) -> tuple[Question, str]:
    """The last question, and what was said of the answer to it: nothing, unless it is to be continued."""
    question = next(message["content"] for message in reversed(messages) if message["role"] == "user")
    said = messages[-1]["content"] if messages[-1]["role"] == "assistant" else ""
    return Question.read(question), said


def _choice(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def main() -> None:
    """Serve until the end of the process."""
    arguments = argparse.ArgumentParser(description="A model's service that many can ask at once.")
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--pace", type=float, default=2.0, help="tokens a second, for each answer")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()

    Service(options.port, options.pace, options.seed).serve_forever()


if __name__ == "__main__":
    main()
