"""Who is asking: an id in the visitor's signed cookie, on which conversations hang in the database."""

from contextlib import suppress
from uuid import uuid4

from flask import current_app, request, session

from parley import dues
from parley.archive import Toll
from parley.database import DatabaseUnavailable
from parley.parts import parts


def remember() -> None:
    """Let the time for which a visitor is known begin anew."""
    session.permanent = session.modified = True


def sent_a_cookie() -> bool:
    """Whether the browser sent our cookie along, be it a good one or not."""
    return current_app.session_interface.get_cookie_name(current_app) in request.cookies


def remembered_model() -> str | None:
    """The model that the visitor picked last."""
    return session.get("model")


def remember_model(model: str) -> None:
    session["model"] = model


def forget_model() -> None:
    session.pop("model", None)


def theme() -> str:
    """How the visitor wants the pages: `light`, `dark`, or as their `system` has it."""
    chosen: str = session.get("theme", "system")
    return chosen


def remember_theme(chosen: str) -> None:
    session["theme"] = chosen
    remember()


def visitor() -> str:
    """The id of whoever asks; a newcomer gets one with the answer. Raises Unpaid where too many of them come."""
    if "visitor" not in session:
        _count_newcomer()
        session["visitor"] = str(uuid4())
        remember()
    known: str = session["visitor"]
    return known


def _count_newcomer() -> None:
    """By address: they have nothing else in common. Those who are invited are counted by their invitation.

    Where nothing can be counted they get their page, which says that nothing can be kept.
    """
    if "invitation" not in session:
        with suppress(DatabaseUnavailable):
            parts().archive.tolls.pay(Toll(dues.of_address(dues.NEWCOMER)))
