"""`flask usage`: what models took, by day and by model, and what is left of today's budget."""

from collections.abc import Sequence

import click
import orjson
from flask.cli import with_appcontext

from parley.database import DatabaseUnavailable
from parley.parts import parts
from parley.spending import Report, Sums

COLUMNS = ("ANSWERS", "FAILED", "READ", "WRITTEN", "MEDIAN", "95 OF 100")


@click.command()
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How many, up to today.")
@click.option("--json", "raw", is_flag=True, help="Print it as JSON, for programs.")
@with_appcontext
def usage(days: int, raw: bool) -> None:
    """Print what models took: tokens read and written, and the time to the first token, by day and by model."""
    try:
        report = parts().budget.report(days)
    except DatabaseUnavailable as error:
        raise click.ClickException(str(error)) from error
    click.echo(orjson.dumps(report.as_record(), option=orjson.OPT_INDENT_2) if raw else _as_text(report))


def _as_text(report: Report) -> str:
    """Days are those of UTC. A time is that to the first token, of half of the answers, and of 95 in 100."""
    tables = [("DAY", "day", report.by_day), ("MODEL", "model", report.by_model)]
    asked = [_table(head, [(str(getattr(sums, name)), sums) for sums in rows]) for head, name, rows in tables]
    return "\n\n".join([_today(report), *(asked if report.by_day else ["No model was asked in these days."])])


def _today(report: Report) -> str:
    day, allowance = report.day, report.allowance
    if allowance is None:
        return f"Today, by UTC: {day.spent:,} tokens spent; no DAILY_TOKEN_BUDGET is set."
    spent = f"Today, by UTC: {day.spent:,} of {allowance.tokens:,} tokens spent"
    return f"{spent}, {day.reserved:,} set aside, {allowance.free:,} left."


def _table(head: str, rows: Sequence[tuple[str, Sums]]) -> str:
    lines = [(head, *COLUMNS), *((name, *_cells(sums)) for name, sums in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(cells, widths) for cells in lines)


def _cells(sums: Sums) -> tuple[str, ...]:
    counts = (sums.answers, sums.failures, sums.read, sums.written)
    return (*(f"{count:,}" for count in counts), _span(sums.median), _span(sums.slowest))


def _span(milliseconds: int | None) -> str:
    return "-" if milliseconds is None else f"{milliseconds:,} ms"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """The name to the left, the numbers beneath each other to the right."""
    (name, *numbers), (first, *others) = cells, widths
    return "  ".join([name.ljust(first), *(number.rjust(width) for number, width in zip(numbers, others, strict=True))])
