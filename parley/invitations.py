"""Who is invited: whoever opened a link that the operator made, and pressed the button that it leads to."""

from contextlib import suppress

from flask import current_app, session
from itsdangerous import BadData, URLSafeSerializer

from parley.archive import Invitation
from parley.database import DatabaseUnavailable
from parley.parts import parts
from parley.visitors import remember


def token_of(invitation: Invitation) -> str:
    """What stands in the link. Nobody can make one without the app's secret."""
    token: str | bytes = _serializer().dumps(invitation.id)
    return str(token)


def invitation_of(token: str) -> Invitation | None:
    """What a link leads to, if it is one of ours. It may be over."""
    try:
        return parts().archive.invitations.find(int(_serializer().loads(token)))
    except (BadData, ValueError, TypeError):
        return None


def accept(invitation: Invitation) -> None:
    """Remember that this visitor is invited."""
    session["invitation"] = invitation.id
    remember()


def accepted() -> Invitation | None:
    """The invitation that this visitor has accepted last, as it stands now."""
    return parts().archive.invitations.find(session["invitation"]) if "invitation" in session else None


def is_invited() -> bool:
    """Whether this visitor may be here for an invitation: also once it is used up, to read the last answer.

    While the database can't be asked there is nothing to be seen but that, and a message keeps its text.
    """
    try:
        invitation = accepted()
    except DatabaseUnavailable:
        return True
    return invitation is not None and invitation.is_open


def was_invited() -> bool:
    """Whether this visitor was here for an invitation that has ended, as far as that can be told."""
    with suppress(DatabaseUnavailable):
        invitation = accepted()
        return invitation is not None and not invitation.is_open
    return False


def left_of(invitation: Invitation) -> str:
    """How much may still be said, and until when, in words. The time is that of UTC: nobody knows where a guest is."""
    end = f"{invitation.expires_at.day} {invitation.expires_at:%B %Y, %H:%M} UTC"
    if not invitation.left:
        return f"All messages of your invitation were sent. What was said can be read here until {end}."
    many = "one message" if invitation.left == 1 else f"{invitation.left:,} messages"
    return f"Your invitation has {many} left, and ends on {end}."


def _serializer() -> URLSafeSerializer:
    """It signs with the present secret, and takes what was signed with one before it."""
    keys = [*(current_app.config["SECRET_KEY_FALLBACKS"] or ()), current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="invitation")
