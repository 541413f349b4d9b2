"""Who may come in: everybody, or whoever knows the operator's access code or is invited."""

from parley import codes
from parley.codes import Code
from parley.invitations import is_invited
from parley.operators import is_operator, operator_code
from parley.parts import parts


def access_code() -> Code:
    """What visitors enter, as it is now."""
    return Code("access", "access code", "An access code is needed here.", words=parts().config.access_code)


def is_admitted() -> bool:
    """Whether this visitor may come in, by whichever way."""
    return knows_the_way_in() or is_invited()


def knows_the_way_in() -> bool:
    """Whether there is no code, or this visitor has entered the one there is. The operator may always come in."""
    code = access_code()
    return not code.is_set or code.is_known() or is_operator()


def require_admission() -> None:
    """Raise CodeWanted unless this visitor may come in, or sends a code along."""
    if not is_admitted():
        codes.require_in_header(access_code(), operator_code())


def admit(typed: str) -> None:
    """Remember that this visitor knows the code, or that of the operator. Raises Refused.

    Where everybody may come in nothing is compared: what is not counted could be guessed.
    """
    if access_code().is_set:
        codes.require(typed, access_code(), operator_code()).remember()
