"""When something can't be done: a sentence for the visitor, as a page or as JSON, and the cause in the log."""

import logging
import math
from dataclasses import asdict, dataclass

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from parley.archive import InvitationOver, NotFound, TooMany, Unpaid
from parley.conversation import span
from parley.database import DatabaseUnavailable
from parley.inference.errors import InferenceError
from parley.logfmt import Line

DATABASE_RETRY_SECONDS = 10
TOO_OFTEN = "too_often"
OVER = "Your invitation is over: no more messages can be sent with it. Whoever invited you can make another."

log = logging.getLogger(__name__)

_words = {
    400: "The request was not understood. Go back, reload the page, and try again.",
    404: "There is no such page here. It may have been deleted, or belong to somebody else.",
    405: "This address can't be used that way.",
    413: "That is more than can be sent at once. Go back: your text is still there. Shorten it, or send it in parts.",
    500: "Something went wrong here. It has been noted. What you wrote before is kept; try again.",
    503: "Your conversations can't be reached at the moment. Try again shortly.",
}


class Refused(Exception):
    """Something is not done, for a reason that whoever raises this has put in words."""

    def __init__(self, refusal: "Refusal") -> None:
        self.refusal = refusal
        super().__init__(refusal.message)


class ShuttingDown(Exception):
    """This process is about to end and starts nothing new."""


@dataclass(frozen=True)
class Refusal:
    """Why something was not done, and when to try again, in seconds."""

    status: int
    kind: str
    message: str
    retry_after: float | None = None
    field: str | None = None  # of the form, where it is one that has to be changed

    @property
    def wait(self) -> str | None:
        """When to try again, in words, where a sentence would be out of date with the next second."""
        return f"You can retry in {span(self.retry_after)}." if self.kind == TOO_OFTEN and self.retry_after else None


def refusal_of(error: Exception) -> Refusal:
    """What a visitor is told of an error. The cause goes to the log, never to the page."""
    match error:
        case InferenceError():
            log.warning(Line(refused=error.kind, upstream_status=error.status, cause=error.cause))
            return Refusal(error.status, error.kind, error.advice, error.retry_after)
        case DatabaseUnavailable():
            log.error(Line(refused="database", cause=error))
            return Refusal(503, "database_unavailable", _words[503], DATABASE_RETRY_SECONDS)
        case Refused():
            return error.refusal
        case TooMany():
            log.info(Line(refused=TOO_OFTEN, retry_after=round(error.retry_after)))
            return Refusal(429, TOO_OFTEN, error.due.words, error.retry_after)
        case InvitationOver():
            return Refusal(403, "invitation_over", OVER)
        case ShuttingDown():
            return Refusal(503, "restarting", "The server is restarting. Send your message again in a moment.", 5)
        case NotFound():
            return Refusal(404, "not_found", _words[404])
        case HTTPException():
            status = error.code or 500
            return Refusal(status, _slug(error.name), _words.get(status, error.description or error.name))
    raise error


def asked_by_script() -> bool:
    """Whether a script of ours asks, to whom a stream or JSON is of more use than a page."""
    return request.accept_mimetypes.best in ("text/event-stream", "application/json")


def asked_for_bare_text() -> bool:
    """Whether somebody asks from a shell, where markup would be in the way."""
    return request.accept_mimetypes.best == "text/plain"


def as_json(refusal: Refusal) -> ResponseReturnValue:
    """A refusal for a script."""
    error = {name: value for name, value in asdict(refusal).items() if name != "status" and value is not None}
    return {"error": error}, refusal.status, headers_of(refusal)


def as_line(refusal: Refusal) -> ResponseReturnValue:
    """A refusal for somebody at a shell."""
    words = " ".join(filter(None, (refusal.message, refusal.wait)))
    return Response(f"{words}\n", refusal.status, headers_of(refusal), mimetype="text/plain")


def headers_of(refusal: Refusal) -> dict[str, str]:
    """What a refusal says in its headers."""
    return {} if refusal.retry_after is None else {"Retry-After": str(math.ceil(refusal.retry_after))}


def init_app(app: Flask) -> None:
    """Give every error a page. What nobody expected is logged by Flask and answered as a 500."""
    app.jinja_env.filters["span"] = span
    for error in (HTTPException, NotFound, DatabaseUnavailable, InferenceError, Refused, ShuttingDown, Unpaid):
        app.register_error_handler(error, _answer)


def _answer(error: Exception) -> ResponseReturnValue:
    refusal = refusal_of(error)
    if asked_by_script():
        return as_json(refusal)
    if asked_for_bare_text():
        return as_line(refusal)
    return render_template("error.html", refusal=refusal), refusal.status, headers_of(refusal)


def _slug(name: str) -> str:
    """Werkzeug's name of an error as a word. Python's own changes from version to version."""
    return name.lower().replace(" ", "_").replace("'", "")
