"""Tells Sentry of errors that somebody should look at, where SENTRY_DSN says whose Sentry that is.

What goes there is what the log has: where it happened, and none of the words of an error, for they may quote a visitor.
"""

import logging
from typing import TYPE_CHECKING

from parley.config import Config
from parley.logfmt import Line
from parley.tracing import request_id

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

# Of what the package gathers; not the request, its visitor, the lines before, nor the name of the machine.
SENT = ("event_id", "timestamp", "level", "logger", "platform", "sdk")
SENT_OF_AN_ERROR = ("type", "module", "stacktrace", "mechanism")

NOT_THERE = "the package of SENTRY_DSN is not there: put the line of requirements-sentry.txt into requirements.txt"

log = logging.getLogger(__name__)


def init_app(config: Config) -> None:
    """Have every error that is logged reported, from here on. Without the package the app starts, and says so."""
    if not config.sentry_dsn:
        return
    try:
        import sentry_sdk  # here, since most apps have neither the package nor 9 MB to spare for it
        from sentry_sdk.integrations.logging import EventHandler
    except ImportError:
        log.warning(Line(watching="no", cause=NOT_THERE))
        return
    sentry_sdk.init(
        dsn=config.sentry_dsn,
        before_send=without_words,
        default_integrations=False,  # they would send requests, cookies and breadcrumbs, and patch what they find
        auto_enabling_integrations=False,
        include_local_variables=False,
        send_default_pii=False,
        send_client_reports=False,
        release="",  # else the package runs git to find one
    )
    logging.getLogger("parley").addHandler(EventHandler(logging.ERROR))


def without_words(event: "Event", hint: "Hint") -> "Event":
    """What is sent of an error: what it is and where, what the log says of it, and the request in which it happened."""
    kept: Event = {name: event[name] for name in SENT if name in event}  # type: ignore[literal-required,assignment]
    kept["logentry"] = {"message": str(hint["log_record"].msg)}
    kept["tags"] = {"request_id": request_id() or "none"}
    if errors := event.get("exception"):
        kept["exception"] = {"values": [_without_words(error) for error in errors["values"]]}
    return kept


def _without_words(error: dict[str, object]) -> dict[str, object]:
    return {name: error[name] for name in SENT_OF_AN_ERROR if name in error}
