"""How gunicorn serves Parley, on a dyno and on a laptop alike. WEB_CONCURRENCY and GUNICORN_CMD_ARGS outrank it."""

import gc
import logging
import os
import signal
import time
from types import FrameType
from typing import Any

from gunicorn.glogging import Logger

# gevent's own resolver looks names up in threads and falls behind under load; c-ares does not.
os.environ.setdefault("GEVENT_RESOLVER", "ares")

on_a_dyno = "DYNO" in os.environ
port = os.environ.get("PORT", "5000")

bind = f"{'0.0.0.0' if on_a_dyno else '127.0.0.1'}:{port}"  # noqa: S104 - a dyno is reached through the router only
worker_class = "gevent"
worker_connections = 2000  # an open stream costs a greenlet, not a thread
forwarder_headers = ""  # gunicorn would take the path from whoever sends PATH_INFO or SCRIPT_NAME as a header
keepalive = 95  # seconds; longer than the 90 of Heroku's router, so that it's never us who hang up
timeout = 60
loglevel = "info" if on_a_dyno else "warning"
if on_a_dyno:
    forwarded_allow_ips = "*"  # what says whether a request came over HTTPS is the router's; nobody else gets through

# Seconds for answers to finish after SIGTERM, before what is left of them is interrupted and kept. Heroku kills
# after 30, the runner on a laptop after 5.
farewell_seconds = 20 if on_a_dyno else 1
graceful_timeout = farewell_seconds + 2
last_words_seconds = 1  # for readers to hear how an answer ended; then idle connections need not be waited for


class LogWithoutRequests(Logger):  # type: ignore[misc]
    """The app writes a line for each request itself.

    Heroku's buildpack asks for one of gunicorn's beside it, which has the query in it: of a search, that is what
    somebody said. It asks by GUNICORN_CMD_ARGS, which outrank a setting here.
    """

    def setup(self, cfg: Any) -> None:
        cfg.set("accesslog", None)
        super().setup(cfg)


logger_class = LogWithoutRequests


def on_starting(server: Any) -> None:
    """Tell the workers how many they are, however gunicorn was told: they share the connections to the database."""
    os.environ["WEB_CONCURRENCY"] = str(server.cfg.workers)


def when_ready(server: Any) -> None:
    if not on_a_dyno:
        print(f"Parley is at http://localhost:{port}", flush=True)


def post_worker_init(worker: Any) -> None:
    """See to what the last process left undone, and to a good end of this one.

    On SIGTERM say farewell at once: the readers of an answer leave when it ends, and gunicorn waits for readers.
    """
    import gevent

    def leave(number: int, frame: FrameType | None) -> None:
        worker.farewell = gevent.spawn(say_farewell, worker)
        worker.handle_exit(number, frame)

    # What is loaded by now stays. To look through all of it for what can go took 53 ms, in which no stream moved.
    gc.collect()
    gc.freeze()
    worker.wsgi.extensions["parley"].removal.begin()
    signal.signal(signal.SIGTERM, leave)
    logging.getLogger("gunicorn.error").addFilter(is_news)


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line of gunicorn's is worth it. Of each idle connection that it ends at last it makes a traceback."""
    return not (record.exc_info and record.exc_info[0] and record.exc_info[0].__name__ == "GreenletExit")


def say_farewell(worker: Any) -> None:
    """Once no answer runs, wait no longer: routers keep connections open, and gunicorn would wait for each of them."""
    began = time.monotonic()
    worker.wsgi.extensions["parley"].answers.farewell(farewell_seconds)
    worker.cfg.set("graceful_timeout", round(time.monotonic() - began) + last_words_seconds)


def worker_exit(server: Any, worker: Any) -> None:
    """Wait for the farewell: answers that nobody watches have nobody for gunicorn to wait for."""
    if farewell := getattr(worker, "farewell", None):
        farewell.join(timeout=farewell_seconds + 5)
