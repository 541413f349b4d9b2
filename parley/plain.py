"""Answers for a shell: `curl` asks, and hears the bare words of the answer as they come. Nothing is kept.

No page comes before such a request, so it can carry no CSRF token. In its place there is a rule: it carries no cookie,
lives in no session, and comes from no page of another site. So nobody can make a visitor's browser ask in the visitor's
name, nor spend the operator's tokens from it.
"""

import select
import socket
import time
from collections.abc import Iterator

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from parley import admission
from parley.answers.hearing import Hearing
from parley.asking import choose, hear
from parley.conversation import State
from parley.errors import Refusal, Refused, ShuttingDown, as_line
from parley.event_stream import NEVER_BUFFERED
from parley.forms import PlainForm
from parley.inference.errors import HungUp
from parley.parts import parts

# Seconds for which a failure still has a status to be told with. Routers give a request up after 30 without a byte; by
# then the headers are under way, which is all that can be sent without being taken for a word of the answer.
HELD = 20
GLANCE = 0.25  # seconds between two looks at whether anybody still listens

WITH_COOKIE = (
    "This request came with a cookie, so it might not be yours: a page could have made your browser send it. Ask for"
    " text/plain without cookies, or use the form of the page."
)
FROM_A_PAGE = "This request came from a page of another site. Ask for text/plain from a shell."
TOO_MUCH = "That is more than can be sent at once. Shorten it, or send it in parts."

_last_lines = {
    State.LENGTH: "The answer reached the greatest length it may have, and ends here.",
    State.INTERRUPTED: "The answer broke off. What came so far is above.",
}


def answer() -> ResponseReturnValue:
    """The words of a model, as bare text. What fails before the first of them has the status of the failure."""
    _require_a_shell()
    try:
        form = PlainForm()
    except RequestEntityTooLarge as error:
        raise Refused(Refusal(413, "request_entity_too_large", TOO_MUCH)) from error
    if not form.validate():
        return as_line(form.refusal)
    choice = choose(form.model.data)
    parts().budget.require_some(form.text)
    admission.pay()
    hearing = hear(form.text, choice)
    line = _line()
    _hold(hearing, line)
    return _spoken(hearing, line)


def _require_a_shell() -> None:
    if "Cookie" in request.headers:
        raise Refused(Refusal(400, "cookie_sent", WITH_COOKIE))
    site, origin = request.headers.get("Sec-Fetch-Site", "none"), request.headers.get("Origin")
    if site not in ("none", "same-origin") or (origin and origin.partition("://")[2] != request.host):
        raise Refused(Refusal(403, "foreign_page", FROM_A_PAGE))


def _hold(hearing: Hearing, line: socket.socket | None) -> None:
    """Wait for the first word, as long as there is time. Raises what comes in place of it."""
    deadline = time.monotonic() + HELD
    while not hearing.has_begun(GLANCE) and time.monotonic() < deadline:
        if _has_hung_up(line):
            hearing.stop()
    if hearing.failure and not hearing.has_spoken:
        is_farewell = isinstance(hearing.failure, HungUp) and hearing.state is State.INTERRUPTED
        raise ShuttingDown if is_farewell else hearing.failure


def _spoken(hearing: Hearing, line: socket.socket | None) -> Response:
    response = Response(_pieces(hearing, line), mimetype="text/plain", headers=NEVER_BUFFERED)
    response.call_on_close(hearing.stop)
    return response


def _pieces(hearing: Hearing, line: socket.socket | None) -> Iterator[bytes]:
    """The words as they come. The first piece holds none: it has the headers sent."""
    yield b""
    while (words := hearing.next_words(GLANCE)) is not None:
        if words:
            yield words.encode()
        elif _has_hung_up(line):
            return
    yield _last_line(hearing).encode()


def _last_line(hearing: Hearing) -> str:
    """What has to be said of an answer that is not whole."""
    if hearing.failure and not hearing.has_spoken:
        return f"[{hearing.failure.advice}]\n"
    words = _last_lines.get(hearing.state)
    return f"\n[{words}]\n" if words else ""


def _line() -> socket.socket | None:
    """The connection to whoever asks, where the server that runs us hands it on: gunicorn, `flask run`."""
    found: socket.socket | None = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    return found


def _has_hung_up(line: socket.socket | None) -> bool:
    """Whether the other end is gone. Servers notice it by what they send, and while a model thinks that is nothing."""
    if line is None:
        return False
    look = select.poll()
    look.register(line, select.POLLIN)
    try:
        return bool(look.poll(0)) and line.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True
