"""Which request a line of the log belongs to: the id that Heroku's router gives each, and writes into its own line."""

from contextvars import ContextVar

_request: ContextVar[str | None] = ContextVar("request", default=None)


def begin_request(name: str | None) -> None:
    """From here on this thread, or greenlet, works for the request of this id."""
    _request.set(name)


def request_id() -> str | None:
    """The id of the request that this thread works for. A thread that it starts has to be told."""
    return _request.get()
