"""HTTP to one attachment: the key, the timeouts, the pool, and the one place where foreign exceptions become ours."""

import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import orjson
import requests
import urllib3
from requests.auth import AuthBase
from requests.models import PreparedRequest

from parley.inference import refusals
from parley.inference.attachments import Attachment, how_to_set
from parley.inference.body import some_of
from parley.inference.errors import (
    Garbled,
    InferenceError,
    Interrupted,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from parley.inference.wire import Adapter

COMPLETIONS = "/v1/chat/completions"
READ_SIZE = 64 * 1024
LONGEST_REFUSAL = 64 * 1024
LONGEST_DOCUMENT = 4 * 1024 * 1024
CATALOGUE_TIMEOUTS = (3, 5)
STREAM_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "text/event-stream, application/json",
    "Accept-Encoding": "identity",  # who compresses a stream waits until there is enough to compress
}
TIMEOUTS = (requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError)
BAD_ENCODINGS = (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError)
QUOTING = re.compile(r"(BadStatusLine|InvalidChunkLength)\(.*", re.DOTALL)  # what came: it may be of an answer
FOREIGN = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError)


class Bearer(AuthBase):
    """The key, in its header.

    As the session's `auth`, because a mere header would give way to an entry in someone's `.netrc`. What lies outside
    `/v1` is public and is asked for without it.
    """

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if "/v1/" in request.path_url:
            request.headers["Authorization"] = f"Bearer {self.key}"
        return request


class Session(requests.Session):
    """What the environment says of proxies and certificates is read once: it took 0.15 ms of each question."""

    def __init__(self) -> None:
        super().__init__()
        self._settings: dict[str, Any] = {}

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """The same for each request of ours: none has settings of its own that this is about."""
        if url not in self._settings:
            self._settings[url] = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return dict(self._settings[url])


class Transport:
    """Asks one attachment. What it raises is an `InferenceError`, and never holds the key."""

    def __init__(self, attachment: Attachment, connect_timeout: float, read_timeout: float, pool_size: int) -> None:
        self.attachment = attachment
        self._timeouts = (connect_timeout, read_timeout)
        self._session = Session()
        self._session.auth = Bearer(attachment.key)
        self._session.headers["User-Agent"] = "Parley"
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, Adapter(pool_maxsize=pool_size))

    def post(self, payload: dict[str, Any]) -> requests.Response:
        """Ask for a completion. The response is open and a good one; its body is still to be read."""
        response = self._send("POST", COMPLETIONS, data=_json(payload), headers=STREAM_HEADERS, timeout=self._timeouts)
        return self._accepted(response)

    def get(self, path: str) -> object:
        """The JSON at a path: the whole of it, soon or not at all."""
        with closing(self._accepted(self._send("GET", path, timeout=CATALOGUE_TIMEOUTS))) as response:
            return self.document(response)

    def document(self, response: requests.Response) -> object:
        """The body as JSON, unless it is an error that came with a 200."""
        body = b"".join(self.pieces(response, LONGEST_DOCUMENT))
        with self.translated():
            document = _parsed(body)
            if isinstance(document, dict) and document.get("error"):
                raise refusals.refusal_in(document)
        return document

    def pieces(self, response: requests.Response, limit: int | None = None) -> Iterator[bytes]:
        """The body, each piece as soon as it is there: `read1` waits for no buffer to fill."""
        size = 0
        with self.translated(broken=Interrupted):
            while (limit is None or size < limit) and (piece := some_of(response.raw, READ_SIZE)):
                size += len(piece)
                yield piece

    def close(self) -> None:
        self._session.close()

    @contextmanager
    def translated(self, broken: type[InferenceError] = Unreachable) -> Iterator[None]:
        """Raise our errors for those of requests, of urllib3 beneath it, and of Python beneath both.

        They stay attached as the cause. `broken` is what a connection that fails means at this point.
        """
        try:
            yield
        except InferenceError as error:
            error.redact(self.attachment.key)
            raise
        except FOREIGN as error:
            raise self._translation(error, broken) from error

    def _translation(self, error: Exception, broken: type[InferenceError]) -> InferenceError:
        words = str(error)
        translation = _class_for(error, broken)(words, cause=QUOTING.sub(r"\1(…", words))
        translation.redact(self.attachment.key)
        return translation

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send, follow nothing: a redirect would carry the key to whoever it points to."""
        with self.translated():
            return self._session.request(
                method, self.attachment.url + path, stream=True, allow_redirects=False, **options
            )

    def _accepted(self, response: requests.Response) -> requests.Response:
        if 200 <= response.status_code < 300:
            return response
        with closing(response), self.translated():
            raise self._refusal(response)

    def _refusal(self, response: requests.Response) -> InferenceError:
        """What the status says, and the body, as far as there is one to be had."""
        body = bytearray()
        with suppress(InferenceError):
            for piece in self.pieces(response, LONGEST_REFUSAL):
                body += piece
        refusal = refusals.refusal(response.status_code, response.headers, bytes(body))
        if isinstance(refusal, Unauthorized):
            refusal.advice = f"{refusal.advice} To do so: {how_to_set(f'{self.attachment.name}_KEY')}"
        return refusal


def _parsed(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise refusals.garbled(body) from error


def _class_for(error: Exception, broken: type[InferenceError]) -> type[InferenceError]:
    if isinstance(error, TIMEOUTS):
        return TimedOut
    return Garbled if isinstance(error, BAD_ENCODINGS) else broken


def _json(payload: dict[str, Any]) -> bytes:
    """orjson refuses half a surrogate pair, which a visitor can paste; it is sent as a question mark."""
    try:
        return orjson.dumps(payload)
    except orjson.JSONEncodeError:
        return json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
