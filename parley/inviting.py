"""Views of an invitation: what it is good for, and the button that accepts it."""

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from parley import invitations
from parley.archive import Invitation
from parley.errors import Refusal, Refused, asked_by_script
from parley.forms import ActionForm, require_token

KEPT_QUIET = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}

NO_SUCH = Refusal(404, "no_such_invitation", "This is no link to an invitation of ours. Copy the whole of it.")
GONE = {
    "expired": "This invitation has expired. Whoever gave you the link can make another.",
    "used up": "This invitation is used up: all messages of it were sent. Whoever gave you the link can make another.",
    "revoked": "This invitation was taken back. Whoever gave you the link can make another.",
}

inviting = Blueprint("inviting", __name__)


@inviting.get("/invitations/<token>")
def show(token: str) -> ResponseReturnValue:
    """What the link leads to. Nothing is accepted by looking: programs that preview links look, too."""
    invitation = _holding(token)
    page = render_template("invitation.html", invitation=invitation, action_form=ActionForm(formdata=None))
    return make_response(page, KEPT_QUIET)


@inviting.post("/invitations/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Let in whoever has the link, and count what they say against it."""
    require_token()
    invitations.accept(_holding(token))
    return ("", 204) if asked_by_script() else redirect(url_for("pages.new"), 303)


def _holding(token: str) -> Invitation:
    """The invitation behind a link. Raises Refused where it is over, with the words for that."""
    invitation = invitations.invitation_of(token)
    if invitation is None:
        raise Refused(NO_SUCH)
    if not invitation.holds:
        raise Refused(Refusal(410, "invitation_over", GONE[invitation.state]))
    return invitation
