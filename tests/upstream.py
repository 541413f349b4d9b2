"""An OpenAI-compatible server that says what a test tells it to say, and misbehaves on purpose.

    with Upstream() as upstream:
        upstream.says("Hel", "lo")
        ...
        assert upstream.chats[0]["messages"][-1]["content"] == "Hi"

It also runs by itself, for screenshots and for trying things out:

    python -m tests.upstream --port 8081 --pace 0.02
"""

import argparse
import gzip as gzip_format
import json
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Json = Any
Headers = dict[str, str]

GLANCE = 0.01  # seconds between two looks at whether the client is still there
SHUTDOWN_GLANCE = 0.002  # seconds between two looks at whether the test is over
EVENT_STREAM = {"Content-Type": "text/event-stream"}
CATALOGUE = (
    {"model_id": "parrot-2", "regions": ["us"], "state": "active", "type": ["text-to-text"]},
    {"model_id": "owl-1", "regions": ["us", "eu"], "state": "active", "type": ["text-to-text"]},
    {"model_id": "peacock-image", "regions": ["us"], "state": "active", "type": ["text-to-image"]},
)


@dataclass(frozen=True)
class Recorded:
    """A request as it came in."""

    method: str
    path: str
    headers: Headers
    body: Json


@dataclass(frozen=True)
class Answer:
    """What to send for one request, and where to go wrong."""

    chunks: tuple[bytes, ...] = ()
    status: int = 200
    headers: Headers = field(default_factory=lambda: dict(EVENT_STREAM))
    pause: float = 0.0
    framing: str = "chunked"
    gzip: bool = False
    end: bool = True
    holds_headers: bool = False
    drops_headers: bool = False
    stalls_after: int | None = None
    drops_after: int | None = None
    is_endless: bool = False
    speech: "Speech | None" = None


@dataclass(frozen=True)
class Speech:
    """A well-behaved answer, streamed or whole as the request wishes, by the model that was asked or another."""

    parts: tuple[str, ...]
    pause: float = 0.0
    reasoning: Iterable[str] = ()
    finish: str | None = "stop"
    usage: tuple[int, int] | None = (3, 5)
    model: str | None = None

    def streamed(self, model: str) -> tuple[bytes, ...]:
        """One event for each piece, one for the end, one for the usage, and the mark."""
        name = self.model or model
        words = [
            *(chunk(None, name, reasoning={"thinking": thought}) for thought in self.reasoning),
            *(chunk(part, name) for part in self.parts),
            chunk(None, name, self.finish),
        ]
        words[0]["choices"][0]["delta"]["role"] = "assistant"
        usage = [chunk(None, name) | {"choices": [], "usage": self._counts()}] if self.usage else []
        return (*map(event, [*words, *usage]), b"data: [DONE]\n\n")

    def whole(self, model: str) -> Json:
        reasoning = {"reasoning": {"thinking": "".join(self.reasoning)}} if self.reasoning else {}
        message = {"role": "assistant", "content": "".join(self.parts)} | reasoning
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": self.model or model,
            "choices": [{"index": 0, "message": message, "finish_reason": self.finish}],
            "usage": self._counts(),
        }

    def _counts(self) -> Json:
        return dict(zip(("prompt_tokens", "completion_tokens"), self.usage or (0, 0), strict=True))


class ClientLeft(Exception):
    """The other side closed the connection while there was still something to say."""


class Upstream:
    """The server, as a test sees it.

    What `says`, `sends`, `refuses` and the like set holds for every request from then on, until the next such call.
    """

    def __init__(self, port: int = 0, certificate: Path | None = None) -> None:
        self.key = "inf-00000000-0000-4000-8000-000000000000"
        self.requests: list[Recorded] = []
        self.hung_up = threading.Event()
        self.asked = threading.Event()
        self.answered = threading.Event()
        self._answers = [Answer()]
        self._lock = threading.Lock()
        self._released = threading.Event()
        self.releases = 0
        self._catalogue: Json = CATALOGUE
        self._models: Sequence[Json] | None = None
        self._server = _Server(self, port, certificate)
        self._scheme = "https" if certificate else "http"
        self.says("Hello", " there.")

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(SHUTDOWN_GLANCE,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def env(self) -> dict[str, str]:
        return {"INFERENCE_URL": self.url, "INFERENCE_KEY": self.key}

    @property
    def chats(self) -> list[Json]:
        """The bodies of the requests for an answer, without those for the catalogue."""
        return [request.body for request in self.requests if request.path.endswith("/chat/completions")]

    def says(self, *parts: str, **options: Any) -> None:
        """Answer with these pieces of text. The options are the other fields of a `Speech`."""
        self._set(_spoken(*parts, **options))

    def then_says(self, *parts: str, **options: Any) -> None:
        """Answer with this once what was set before has been said."""
        with self._lock:
            self._answers.append(_spoken(*parts, **options))

    def sends(
        self,
        *chunks: bytes | str | Json,
        status: int = 200,
        headers: Headers | None = None,
        pause: float = 0.0,
        framing: str = "chunked",
        gzip: bool = False,
        end: bool = True,
    ) -> None:
        """Send exactly this: bytes and text as they are, anything else as the data of one event.

        `framing` is "chunked", "length", or "close" for a body that ends with the connection. Without an `end` the
        connection stays open after the last chunk.
        """
        raw = tuple(_raw(chunk) for chunk in chunks)
        self._set(Answer(raw, status, EVENT_STREAM | (headers or {}), pause, framing, gzip, end))

    def refuses(
        self, status: int, body: bytes | str | Json = None, headers: Headers | None = None, times: int | None = None
    ) -> None:
        """Refuse so many requests, then go on as before; or all of them."""
        body = {"error": {"code": status, "message": "no", "type": "error"}} if body is None else body
        is_raw = isinstance(body, bytes | str)
        content_type = {"Content-Type": "text/html" if is_raw else "application/json"}
        raw = _raw(body) if is_raw else json.dumps(body).encode()
        refusal = Answer((raw,), status, content_type | (headers or {}), framing="length")
        if times is None:
            self._set(refusal)
        else:
            with self._lock:
                self._answers[:0] = [refusal] * times

    def redirects(self, to: str, status: int = 307) -> None:
        self._set(Answer((), status, {"Location": to}, framing="length"))

    def stalls_before_headers(self) -> None:
        """Take the next requests and say nothing, until released or hung up on."""
        self._change(holds_headers=True)

    def stalls_after(self, count: int) -> None:
        """Stop after so many chunks of what is set, until released or hung up on."""
        self._change(stalls_after=count)

    def drops_after(self, count: int) -> None:
        """Close the connection after so many chunks, without the end that the framing promises."""
        self._change(drops_after=count)

    def never_ends(self) -> None:
        """Send the chunks of what is set again and again, until hung up on."""
        self._change(is_endless=True)

    def closes_without_a_word(self) -> None:
        """Take the next requests and close the connection before any header."""
        self._change(drops_headers=True)

    def release(self) -> None:
        """Let everything that stalls go on, though it look up only once the next thing is set."""
        self.releases += 1
        self._released.set()

    def begin_anew(self) -> None:
        """Be as at the beginning, with nothing left of an earlier test, whose answers may still be given."""
        self.says("Hello", " there.")
        self.serves_catalogue(CATALOGUE)
        self.requests.clear()
        self.hung_up, self.asked, self.answered = (threading.Event() for _ in range(3))

    def serves_catalogue(self, catalogue: Json, models: Sequence[Json] | None = None) -> None:
        """List these under /available-models and under /v1/models, by name or in full.

        None is a 404; what is no list is served as it is.
        """
        self._catalogue = catalogue
        self._models = models

    @property
    def connections(self) -> int:
        """How many connections were ever opened."""
        return self._server.opened

    def all_connections_close(self, within: float = 1.0) -> bool:
        """Whether the other side closes all of them soon."""
        with self._server.changed:
            return self._server.changed.wait_for(lambda: not self._server.connections, within)

    def listed(self, path: str) -> Json:
        """The list at a path, or None where there is none."""
        if path == "/available-models" and self._catalogue is not None:
            is_list = isinstance(self._catalogue, list | tuple)
            return [_described(model) for model in self._catalogue] if is_list else self._catalogue
        if path == "/v1/models" and self._models is not None:
            return {"object": "list", "data": [{"id": m} if isinstance(m, str) else m for m in self._models]}
        return None

    def next_answer(self) -> Answer:
        """What is said to a request. Whoever then asks gets the next one, if there is one."""
        with self._lock:
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        self.asked.set()
        return answer

    def record(self, request: Recorded) -> None:
        self.requests.append(request)

    @property
    def is_released(self) -> bool:
        return self._released.is_set()

    def _set(self, answer: Answer) -> None:
        with self._lock:
            self._answers = [answer]
            self._released.clear()

    def _change(self, **differences: Any) -> None:
        with self._lock:
            self._answers[-1] = replace(self._answers[-1], **differences)
            self._released.clear()


class _Server(ThreadingHTTPServer):
    """Keeps its connections, so that none is left open when a test is over."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, upstream: Upstream, port: int, certificate: Path | None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.upstream = upstream
        self.connections: set[socket.socket] = set()
        self.opened = 0
        self.changed = threading.Condition()
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def close_connections(self) -> None:
        for connection in tuple(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        with self.server.changed:
            self.server.opened += 1
            self.server.connections.add(self.connection)

    def finish(self) -> None:
        with self.server.changed:
            self.server.connections.discard(self.connection)
            self.server.changed.notify_all()
        with suppress(OSError):
            super().finish()

    def log_message(self, *_: Any) -> None:
        """Say nothing: a test prints only what it finds."""

    def do_GET(self) -> None:
        self._record(None)
        listed = self.server.upstream.listed(self.path)
        if self.path.startswith("/v1/") and not self._has_the_key():
            self._send_json(401, {"error": {"code": 401, "message": "wrong key", "type": "unauthorized"}})
        elif listed is None:
            self._send_json(404, {"error": {"code": 404, "message": "not found", "type": "not_found"}})
        else:
            self._send_json(200, listed)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._record(body)
        if not self._has_the_key():
            self._send_json(401, {"error": {"code": 401, "message": "wrong key", "type": "unauthorized"}})
        elif self.path != "/v1/chat/completions":
            self._send_json(404, {"error": {"code": 404, "message": "not found", "type": "not_found"}})
        else:
            self._answer(self.server.upstream.next_answer(), body)

    def _answer(self, answer: Answer, body: Json) -> None:
        hung_up = self.server.upstream.hung_up
        try:
            if answer.holds_headers:
                self._wait_for_release()
            if answer.drops_headers:
                self._drop()
            elif answer.speech and not body.get("stream"):
                self._send_json(200, answer.speech.whole(body["model"]))
            elif answer.speech:
                self._stream(replace(answer, chunks=answer.speech.streamed(body["model"])))
            else:
                self._stream(answer)
        except (ClientLeft, OSError):
            hung_up.set()
            self.close_connection = True

    def _stream(self, answer: Answer) -> None:
        """Send the chunks one by one, each as a write of its own."""
        chunks = tuple(_gzipped(answer.chunks)) if answer.gzip else answer.chunks
        self._send_head(answer, sum(map(len, chunks)))
        for number, chunk in enumerate(cycle(chunks) if answer.is_endless else chunks):
            if number == answer.drops_after:
                return self._drop()
            if number == answer.stalls_after:
                self._wait_for_release()
            self._send_piece(chunk, answer.framing)
            self._wait(answer.pause)
        return self._end(answer)

    def _end(self, answer: Answer) -> None:
        if answer.drops_after is not None:
            return self._drop()
        if answer.stalls_after is not None or not answer.end:
            self._wait_for_release()
        if answer.framing == "chunked":
            self.wfile.write(b"0\r\n\r\n")
        self.server.upstream.answered.set()
        return None

    def _send_head(self, answer: Answer, length: int) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.gzip:
            self.send_header("Content-Encoding", "gzip")
        self._send_framing(answer.framing, length)
        self.end_headers()

    def _send_framing(self, framing: str, length: int) -> None:
        if framing == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
        elif framing == "length":
            self.send_header("Content-Length", str(length))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True

    def _send_piece(self, chunk: bytes, framing: str) -> None:
        if chunk:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk) if framing == "chunked" else chunk)

    def _send_json(self, status: int, body: Json) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(body, bytes) else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _drop(self) -> None:
        """Close without a word. What was sent still arrives."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _wait_for_release(self) -> None:
        before = self.server.upstream.releases
        while not self.server.upstream.is_released and self.server.upstream.releases == before:
            self._watch(GLANCE)

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while seconds and (rest := end - time.monotonic()) > 0:
            self._watch(min(rest, GLANCE))

    def _watch(self, seconds: float) -> None:
        """Let time pass, and notice a client that goes away: it has nothing to say, so all there can be is its end."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable:
            raise ClientLeft

    def _has_the_key(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {self.server.upstream.key}"

    def _record(self, body: Json) -> None:
        self.server.upstream.record(Recorded(self.command, self.path, dict(self.headers), body))


def event(content: Json) -> bytes:
    """One event of the stream."""
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n".encode()


def chunk(text: str | None = None, model: str | None = "parrot-2", finish: str | None = None, **delta: Json) -> Json:
    """One chunk of a streamed completion, as the API documents it."""
    content = {} if text is None else {"content": text}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": model,
        "choices": [{"index": 0, "delta": content | delta, "finish_reason": finish}],
    }


def _spoken(*parts: str, **options: Any) -> Answer:
    speech = Speech(parts, **options)
    return Answer(speech=speech, pause=speech.pause)


def _raw(chunk: bytes | str | Json) -> bytes:
    if isinstance(chunk, bytes):
        return chunk
    return chunk.encode() if isinstance(chunk, str) else event(chunk)


def _gzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks compressed as one member, in as many pieces."""
    whole = gzip_format.compress(b"".join(chunks))
    size = max(1, len(whole) // 5)
    return (whole[start : start + size] for start in range(0, len(whole), size))


def _described(model: Json) -> Json:
    if not isinstance(model, str):
        return model
    return {"model_id": model, "regions": ["us"], "state": "active", "type": ["text-to-text"]}


MARKDOWN = """\
## Streaming, briefly

A server can send an answer *while it is being written*. Three things matter:

1. **Flush** each piece as soon as it is there.
2. Keep the connection alive with a comment now and then.
3. Notice when the reader has left.

```python
def pieces(response):
    while piece := response.read1(65536):
        yield piece
```

| framing | ends with |
|---|---|
| chunked | a chunk of length zero |
| length | the last byte |
| close | the connection |

The time to the first word is what a reader feels: \\(t = t_{net} + t_{model}\\).
"""


def main() -> None:
    """Serve one answer in Markdown, for ever."""
    arguments = argparse.ArgumentParser(description="A model's service that always says the same.")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--pace", type=float, default=0.02, help="seconds between two words")
    options = arguments.parse_args()

    with Upstream(options.port) as upstream:
        upstream.says(*re.findall(r"\s*\S+|\s+$", MARKDOWN), pause=options.pace, reasoning=("Short, ", "with a table."))
        for name, value in upstream.env.items():
            print(f"export {name}={value}", flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
