"""A client of OpenAI-compatible servers, Heroku's above all."""

from types import TracebackType
from typing import Any, Self, cast

from parley.inference.attachments import Attachment
from parley.inference.errors import Garbled
from parley.inference.reply import Reply
from parley.inference.request import ChatRequest, in_the_dialect_of
from parley.inference.transport import Transport

__all__ = ["ChatRequest", "InferenceClient", "Reply"]

CONNECT_SECONDS = 5
SILENCE_SECONDS = 120
BACKOFF_SECONDS = 0.5
STREAMS = 1000


class InferenceClient:
    """Asks the models behind one attachment. One is shared by all threads."""

    def __init__(
        self,
        attachment: Attachment,
        connect_timeout: float = CONNECT_SECONDS,
        read_timeout: float = SILENCE_SECONDS,
        pool_size: int = STREAMS,
        backoff: float = BACKOFF_SECONDS,
    ) -> None:
        self.attachment = attachment
        self._backoff = backoff
        self._transport = Transport(attachment, connect_timeout, read_timeout, pool_size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, request: ChatRequest) -> Reply:
        """An answer to come: nothing is sent before it is opened."""
        return self._reply(request)

    def complete(self, request: ChatRequest) -> dict[str, Any]:
        """The whole answer at once, as the server puts it. For the command line: a long one may run into a timeout."""
        with self._reply(request, stream=False) as reply:
            document = reply.document()
        if not isinstance(document, dict):
            raise Garbled(f"a {type(document).__name__} in the place of a completion")
        return cast(dict[str, Any], document)

    def get(self, path: str) -> object:
        """The JSON at a path, such as the list of models."""
        return self._transport.get(path)

    def close(self) -> None:
        """Close the connections that wait to be used again."""
        self._transport.close()

    def _reply(self, request: ChatRequest, stream: bool = True) -> Reply:
        payload = in_the_dialect_of(self.attachment, request.payload(stream))
        return Reply(self._transport, payload, self._backoff, request.repairs)
