"""May this visitor say something now? Every reason why not, but for what they say, is here."""

from contextlib import suppress

from flask import session

from parley import dues
from parley.access import knows_the_way_in
from parley.archive import Due, InvitationOver, Toll
from parley.database import DatabaseUnavailable
from parley.dues import MESSAGE, Kind
from parley.invitations import accepted, left_of
from parley.parts import parts


def toll(kind: Kind = MESSAGE) -> Toll:
    """What this visitor has to pay for one more of a kind, to be paid where it is kept. Raises InvitationOver.

    The messages of those who are invited count against the invitation, and not against the address that they share with
    others in the room. Once it is over they are visitors like others, where others may come in.
    """
    invitation = accepted()
    if invitation and invitation.holds:
        return Toll(_of_visitor(kind), invitation.id if kind is MESSAGE else None)
    if invitation and not knows_the_way_in():
        raise InvitationOver(invitation.id)
    return Toll([*_of_visitor(kind), *dues.of_address(kind)])


def pay(kind: Kind = MESSAGE) -> None:
    """The same, for what is not kept in the way that messages are. Raises Unpaid."""
    parts().archive.tolls.pay(toll(kind))


def what_is_left() -> str | None:
    """What this visitor should know of the invitation that they are here for, once it matters."""
    with suppress(DatabaseUnavailable):
        invitation = accepted()
        if invitation and invitation.is_open and invitation.is_scarce:
            return left_of(invitation) if invitation.left or not knows_the_way_in() else None
    return None


def _of_visitor(kind: Kind) -> list[Due]:
    """Nobody is known at a shell: there is only an address."""
    return dues.of_visitor(session["visitor"], kind) if "visitor" in session else []
