"""`flask doctor`: what the doctor finds, a line for each, and an exit status for scripts."""

import sys

import click
from flask.cli import with_appcontext

from parley.doctor import Finding, Verdict, examine, summary
from parley.parts import parts

COLOURS = {Verdict.WELL: "green", Verdict.WARNING: "yellow", Verdict.BROKEN: "red"}
NOT_ASKED = "To see whether answers are held back on their way to a browser, add --url with the address of the app."


@click.command()
@click.option("--url", help="The address of the running app: asks whether what it sends is held back on its way.")
@with_appcontext
def doctor(url: str | None) -> None:
    """Look at the settings, the key, each model (a token of each), the database; say what is wrong and what to do.

    The exit status is 1 where something is broken.
    """
    config = parts().config
    findings = []
    for finding in examine(config, parts().archive.database, url):
        findings.append(finding)
        _print(finding)
    click.echo(f"\n{summary(findings)}{'' if url else f' {NOT_ASKED}'}")
    sys.exit(any(finding.verdict is Verdict.BROKEN for finding in findings))


def _print(finding: Finding) -> None:
    click.secho(finding.verdict.ljust(8), fg=COLOURS[finding.verdict], nl=False)
    click.echo(f" {finding.subject:<10} {finding.line}")
