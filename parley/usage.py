"""Views of what models took, for the operator."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from parley.operators import is_operator, require_operator
from parley.parts import parts
from parley.spending import bars

SPANS = {"7": 7, "30": 30, "90": 90}  # days that can be looked at together
USUAL = "30"

usage = Blueprint("usage", __name__)
usage.before_request(require_operator)


@usage.app_context_processor
def links() -> dict[str, object]:
    """What every template may ask: whether to show the way here."""
    return {"is_operator": is_operator}


@usage.get("/usage")
def show() -> ResponseReturnValue:
    """Tokens, answers, failures and the time to the first token, by day and by model; and what is left of today's."""
    days = SPANS.get(request.args.get("days", USUAL), SPANS[USUAL])
    report = parts().budget.report(days)
    return render_template("usage.html", report=report, bars=bars(report.every_day), days=days, spans=SPANS.values())
