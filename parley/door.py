"""Views of the doors: the page that asks for a code, and the way on to where one was going."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField

from parley import access, addresses, operators
from parley.bodies import allow_images
from parley.codes import Code, CodeWanted
from parley.database import DatabaseUnavailable
from parley.errors import (
    Refusal,
    Refused,
    as_json,
    as_line,
    asked_by_script,
    asked_for_bare_text,
    headers_of,
    refusal_of,
)
from parley.forms import is_uuid
from parley.invitations import was_invited
from parley.pages import with_form
from parley.visitors import sent_a_cookie

# Whether the app is well, and what pages are made of; and what a visitor has shown to whoever has the link.
OPEN_TO_ALL = {
    *("pages.up", "static", "other_release", "branding.manifest", "branding.accent_style", "branding.logo"),
    "setup.pieces",
    *("shares.read", "shares.image", "door.enter", "door.enter_as_operator"),
    *("inviting.show", "inviting.accept"),
}
ENTRANCES = {"access": "door.enter", "operator": "door.enter_as_operator"}  # where the code of such a key is sent to
FORMS_OF_A_MESSAGE = {"turns.begin", "turns.say", "uploads.keep"}
NOT_KEPT = {"csrf_token", "code"}

IN_A_HEADER = "Send it in a header: Authorization: Bearer CODE"
EXPIRED = Refusal(400, "form_expired", "This page had expired. Enter the code once more.")
NO_COOKIE = Refusal(
    400,
    "form_expired",
    "Your browser sent no cookie with this form. Allow cookies for this site, then enter the code once more: they"
    " show that you know it.",
)
STILL_HERE = Refusal(200, "admitted", "Your text is still here: send it again.")

door = Blueprint("door", __name__)


class CodeForm(FlaskForm):  # type: ignore[misc]
    """What somebody at the door says, and where they want to go."""

    code = PasswordField()
    next = HiddenField()

    @property
    def destination(self) -> str:
        """An address of ours, and nobody else's."""
        wanted: str = self.next.data or ""
        return wanted if addresses.is_own(wanted) else url_for("pages.new")


@door.before_app_request
def require_code() -> None:
    """Let nobody past who doesn't know the code."""
    if request.endpoint not in OPEN_TO_ALL:
        access.require_admission()


@door.app_errorhandler(CodeWanted)
def ask(wanted: CodeWanted) -> ResponseReturnValue:
    """The page that asks for a code, in place of the one that only those get who know it."""
    return _asked(wanted.code, wanted.refusal)


@door.get("/access")
def show() -> ResponseReturnValue:
    """For whoever is in already: there is nothing to enter."""
    return redirect(url_for("pages.new"), 303)


@door.get("/operator")
def show_operator() -> ResponseReturnValue:
    """For whoever is the operator already: what is theirs begins with what models took."""
    operators.require_operator()
    return redirect(url_for("usage.show"), 303)


@door.post("/access")
def enter() -> ResponseReturnValue:
    """Let in whoever knows the code, and lead them to where they were going, with the text that they were sending."""
    return _entered(access.access_code(), access.admit)


@door.post("/operator")
def enter_as_operator() -> ResponseReturnValue:
    """Let whoever knows the operator's code be the operator, and lead them to where they were going."""
    return _entered(operators.operator_code(), operators.admit)


def _entered(code: Code, admit: Callable[[str], None]) -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate_on_submit():
        return _asked(code, EXPIRED if sent_a_cookie() else NO_COOKIE)
    try:
        admit(form.code.data or "")
    except (Refused, DatabaseUnavailable) as failure:
        return _asked(code, refusal_of(failure))
    if asked_by_script():
        return "", 204
    conversation = request.args.get("conversation", "")
    return with_form(UUID(conversation), STILL_HERE) if is_uuid(conversation) else redirect(form.destination, 303)


def _asked(code: Code, refusal: Refusal | None = None) -> Response:
    """The page that asks for a code, with all that has to be known once it is entered."""
    reason = refusal or Refusal(401, f"{code.key}_code", f"{code.needed} Reload the page to enter it.")
    if asked_by_script():
        response = make_response(as_json(reason))
    elif asked_for_bare_text():
        response = make_response(as_line(refusal or replace(reason, message=f"{code.needed} {IN_A_HEADER}")))
    else:
        response = make_response(_page(code, refusal), reason.status, headers_of(reason))
    if reason.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _page(code: Code, refusal: Refusal | None) -> str:
    is_sending = request.endpoint in ENTRANCES.values() or _is_a_message()
    return render_template(
        "access.html",
        form=CodeForm(formdata=None),
        code=code,
        action=_action(code),
        kept=_fields() if is_sending else [("next", _way_back())],
        refusal=refusal,
        was_invited=was_invited(),
    )


def _is_a_message() -> bool:
    """Whether somebody is sending a message who was in before. What others send is not even read."""
    if request.endpoint not in FORMS_OF_A_MESSAGE or "visitor" not in session:
        return False
    allow_images()
    return True


def _action(code: Code) -> str:
    """Where the code goes to, and with it the place of the form that a message was written in."""
    conversation = request.args.get("conversation")
    if request.endpoint in FORMS_OF_A_MESSAGE:
        conversation = str((request.view_args or {}).get("conversation") or uuid4())
    if not conversation:
        return url_for(ENTRANCES[code.key])
    return url_for("door.enter", conversation=conversation, edit=request.args.get("edit"), at=request.args.get("at"))


def _fields() -> list[tuple[str, str]]:
    """What was in that form. Files can't be kept for somebody who isn't in."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]


def _way_back() -> str:
    """The page that was asked for, or that of the conversation in which a button was pressed."""
    conversation = (request.view_args or {}).get("conversation")
    if request.method == "POST" and conversation:
        return url_for("pages.conversation", conversation=conversation)
    return addresses.here()
