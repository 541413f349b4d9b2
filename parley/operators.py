"""Who runs the app: whoever knows the operator's code."""

from flask import abort

from parley import codes
from parley.codes import Code
from parley.parts import parts


def operator_code() -> Code:
    """What the operator enters, as it is now."""
    return Code(
        "operator", "operator's code", "The operator's code is needed here.", words=parts().config.operator_code
    )


def is_operator() -> bool:
    """Whether this visitor has entered the operator's code. Nobody has where there is none."""
    return operator_code().is_known()


def require_operator() -> None:
    """For views that are the operator's alone: others are asked for the code. Where there is none, neither is the page.

    A blueprint of such views calls it with `before_request`. From a shell the code comes in a header.
    """
    code = operator_code()
    if not code.is_set:
        abort(404)
    if not code.is_known():
        codes.require_in_header(code)


def admit(typed: str) -> None:
    """Remember that this visitor is the operator. Raises Refused."""
    code = operator_code()
    if not code.is_set:
        abort(404)
    codes.require(typed, code).remember()
