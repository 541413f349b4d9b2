"""One line a request on standard output, as key=value; never what was said, never a key."""

import logging
import sys
import time
from urllib.parse import quote

from flask import Flask, Response, g, request

log = logging.getLogger("parley.request")


def init_app(app: Flask) -> None:
    """Log each request once its status is known; a stream goes on after that."""
    logger = logging.getLogger("parley")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    app.before_request(_begin)
    app.after_request(_line)


def milliseconds() -> float:
    """How long this request has taken so far."""
    spent: float = time.perf_counter() - g.started
    return spent * 1000


def _begin() -> None:
    g.started = time.perf_counter()


def _path() -> str:
    """Where a token is part of it, the address is a permission to whoever knows it: the log has its pattern."""
    if "token" in (request.view_args or {}):
        return str(request.url_rule)
    return quote(request.path)


def _line(response: Response) -> Response:
    log.info(
        "method=%s path=%s status=%s ms=%.0f request_id=%s",
        request.method,
        _path(),
        response.status_code,
        milliseconds(),
        quote(request.headers.get("X-Request-ID", "-")),
    )
    return response
