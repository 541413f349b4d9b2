"""The commands for invitations: `flask invite`, `invitations`, `uninvite`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import click
from flask import Flask
from flask.cli import with_appcontext

from parley.archive import Invitation, NotFound
from parley.config import ConfigError
from parley.database import DatabaseUnavailable
from parley.invitations import token_of
from parley.parts import parts
from parley.security import require_secret

LONGEST = 24 * 366  # hours
MOST = 1_000_000  # messages
COLUMNS = ("ID", "STATE", "USED", "MADE", "EXPIRES", "NOTE")
BESIDE_THE_LINK = "Put the address of the app before the link, or have it there with --url."


def init_app(app: Flask) -> None:
    for command in (invite, invitations, uninvite):
        app.cli.add_command(command)


@click.command()
@click.option("--hours", type=click.IntRange(1, LONGEST), default=24, show_default=True, help="How long it holds.")
@click.option(
    "--messages", type=click.IntRange(1, MOST), default=200, show_default=True, help="How many all of them may send."
)
@click.option("--note", default="", help="Whom it is for, to be read in the list.")
@click.option("--url", default="", help="The address of the app, to make the link whole: https://chat.example.com")
@with_appcontext
def invite(hours: int, messages: int, note: str, url: str) -> None:
    """Print a link that invites whoever opens it, also where an access code is needed."""
    with _failures_explained():
        require_secret(parts().config)
        made = parts().archive.invitations.make(messages, datetime.now(UTC) + timedelta(hours=hours), note)
    click.echo(f"Invitation {made.id}: {made.messages} messages, until {_moment(made.expires_at)}.", err=True)
    click.echo(url.rstrip("/") + f"/invitations/{token_of(made)}")
    if not url:
        click.echo(BESIDE_THE_LINK, err=True)


@click.command()
@with_appcontext
def invitations() -> None:
    """List all invitations, the latest first: how they stand, and how many of their messages were sent."""
    with _failures_explained():
        rows = [COLUMNS, *map(_row, parts().archive.invitations.all())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@click.command()
@click.argument("invitation", type=click.IntRange(1, 2**31 - 1), metavar="ID")
@with_appcontext
def uninvite(invitation: int) -> None:
    """Revoke an invitation by its ID, at once and for all who have accepted it."""
    with _failures_explained():
        parts().archive.invitations.revoke(invitation)
    click.echo(f"Invitation {invitation} is revoked.")


@contextmanager
def _failures_explained() -> Iterator[None]:
    try:
        yield
    except NotFound as failure:
        raise click.ClickException(f"There is no invitation {failure}. `flask invitations` lists them.") from failure
    except (ConfigError, DatabaseUnavailable) as failure:
        raise click.ClickException(str(failure)) from failure


def _row(made: Invitation) -> tuple[str, ...]:
    times = _moment(made.made_at), _moment(made.expires_at)
    return str(made.id), made.state, f"{made.used} of {made.messages}", *times, made.note


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
