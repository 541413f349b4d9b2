"""Views of how the app is set up: what `flask doctor` prints, as a page for whoever runs the app."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request, stream_template
from flask.typing import ResponseReturnValue

from parley.access import access_code
from parley.database import DatabaseUnavailable
from parley.doctor import Finding, examine, summary, way
from parley.doctor.remedies import running, setting
from parley.errors import Refusal, Refused
from parley.event_stream import MIMETYPE, NEVER_BUFFERED
from parley.forms import ActionForm, require_token
from parley.limits import EXAMINATIONS, TooOften
from parley.operators import operator_code, require_operator
from parley.parts import parts
from parley.visitors import remember

OPEN_TO_EVERYBODY = Refusal(
    403,
    "no_code",
    "Everybody may come in here, and each look costs a token of each model. Set OPERATOR_CODE, or run the command.",
)
TOO_OFTEN = "This was done often within the last ten minutes. Wait until they are over, or run the command."

setup = Blueprint("setup", __name__)


@setup.before_request
def require_a_code() -> None:
    """The operator's, where there is one; otherwise the door has asked for the access code, if there is that one."""
    if operator_code().is_set and request.endpoint != "setup.pieces":
        require_operator()


@setup.get("/setup")
def show() -> ResponseReturnValue:
    """What can be looked at, with the button that does."""
    remember()
    return render_template("setup.html", **_shown())


@setup.post("/setup")
def look() -> ResponseReturnValue:
    """Look at everything. The page is written as things are found."""
    require_token()
    if not _is_closed():
        raise Refused(OPEN_TO_EVERYBODY)
    _count()
    found: list[Finding] = []
    page = stream_template("setup.html", **_shown(), findings=_found(found), summary=lambda: summary(found))
    return Response(page, mimetype="text/html", headers=NEVER_BUFFERED)


@setup.get("/setup/pieces")
def pieces() -> ResponseReturnValue:
    """A few pieces with pauses between them, for whoever looks at the clock. It says nothing and costs nothing."""
    return Response(way.pieces(), mimetype=MIMETYPE, headers=NEVER_BUFFERED)


def _is_closed() -> bool:
    """Whether strangers are kept out."""
    return operator_code().is_set or access_code().is_set


def _count() -> None:
    """Without the database nothing is counted: that it is out of reach is what somebody wants to find out."""
    try:
        parts().limits.count(EXAMINATIONS)
    except TooOften as failure:
        raise Refused(Refusal(429, "too_often", TOO_OFTEN, failure.retry_after)) from failure
    except DatabaseUnavailable:
        pass


def _shown() -> dict[str, object]:
    config = parts().config
    remedies = (setting(config, "OPERATOR_CODE", "THREE-RANDOM-WORDS"), running(config, "doctor"))
    return {"is_closed": _is_closed(), "remedies": remedies, "action_form": ActionForm(formdata=None), "way": way}


def _found(found: list[Finding]) -> Iterator[Finding]:
    for finding in examine(parts().config, parts().archive.database):
        found.append(finding)
        yield finding
