"""One line a request on standard output, and what else is logged, as key=value; never what was said, never a key."""

import logging
import sys
import time
import traceback
from collections.abc import Iterator
from types import TracebackType
from urllib.parse import quote

from flask import Flask, Response, g, request

from parley.logfmt import Line, counted, measured
from parley.tracing import begin_request, request_id

log = logging.getLogger("parley.request")

ErrorInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class Formatter(logging.Formatter):
    """The level, where it comes from, which request it belongs to, and what is said. A traceback follows after bars."""

    def format(self, record: logging.LogRecord) -> str:
        head = Line(level=record.levelname.lower(), at=record.name.removeprefix("parley."))
        said = record.msg if isinstance(record.msg, Line) else Line(msg=record.getMessage())
        line = " ".join(filter(None, map(str, (head, said, Line(request_id=request_id())))))
        error = record.exc_info[1] if record.exc_info else None
        trace = ["Traceback, the cause first:", *trace_of(error)] if error else []
        return "\n".join([line, *(f"| {row}" for row in trace)])


def init_app(app: Flask) -> None:
    """Log each request once its status is known; a stream goes on after that."""
    _write_to_standard_output(logging.getLogger("parley"))
    app.log_exception = _unexpected  # type: ignore[method-assign, assignment]
    app.before_request(_begin)
    app.after_request(_line)


def milliseconds() -> float:
    """How long this request has taken so far."""
    spent: float = time.perf_counter() - g.started
    return spent * 1000


def trace_of(error: BaseException | None) -> Iterator[str]:
    """Where an error came from, the first cause first. Its own words are left out: they may quote what was said."""
    if error is None:
        return
    yield from trace_of(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
    yield from _frames(error.__traceback__)
    yield type(error).__qualname__


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"{frame.filename}:{frame.lineno} {frame.name}: {frame.line}"


def _write_to_standard_output(logger: logging.Logger) -> None:
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(Formatter())
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)


def _begin() -> None:
    g.started = time.perf_counter()
    begin_request(request.headers.get("X-Request-ID"))


def _path() -> str:
    """Where a token is part of it, the address is a permission to whoever knows it: the log has its pattern."""
    if "token" in (request.view_args or {}):
        return str(request.url_rule)
    return quote(request.path)


def _line(response: Response) -> Response:
    seen = Line(
        {"method": request.method, "path": _path(), "status": response.status_code},
        measured("request", milliseconds()),
        counted("request", f"request.{response.status_code // 100}xx"),
    )
    log.info(seen)
    return response


def _unexpected(error: ErrorInfo) -> None:
    """What Flask logs of an error that nobody expected, in a line like all others."""
    kind = error[0].__qualname__ if error[0] else "unknown"
    log.error(Line(unexpected=kind, method=request.method, path=_path()), exc_info=error)
