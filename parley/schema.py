"""Brings a database to the tables that this code expects, and writes the steps that lead there."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as Alembic
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from parley.database import Database

MIGRATIONS = Path(__file__).parent.parent / "migrations"


class NewerSchema(Exception):
    """The database was migrated by a later release than this one."""


def upgrade(database: Database) -> None:
    """Run the migrations that a database lacks; of two processes that try at once, one does and one finds it done."""
    with database.exclusive() as connection:
        alembic = _alembic(connection)
        _refuse_newer(alembic)
        command.upgrade(alembic, "head")


def is_complete(database: Database) -> bool:
    """Whether no migration is left to be run. Nothing is changed. Raises NewerSchema."""
    with database.reading() as connection:
        alembic = _alembic(connection)
        _refuse_newer(alembic)
        return _current(alembic) == ScriptDirectory.from_config(alembic).get_current_head()


def write_revision(database: Database, message: str) -> None:
    """Write a migration from what the tables in the code have that those of a migrated database lack."""
    with database.exclusive() as connection:
        command.revision(_alembic(connection), message, autogenerate=True)


def _refuse_newer(alembic: Alembic) -> None:
    current = _current(alembic)
    try:
        ScriptDirectory.from_config(alembic).get_revision(current or "base")
    except CommandError as error:
        raise NewerSchema(
            f"The database is at revision {current}, which this release does not know: it was migrated by a later one."
            " Deploy that release again, or restore the backup from before it."
        ) from error


def _current(alembic: Alembic) -> str | None:
    return MigrationContext.configure(alembic.attributes["connection"]).get_current_revision()


def _alembic(connection: Any) -> Alembic:
    alembic = Alembic()
    alembic.set_main_option("script_location", str(MIGRATIONS))
    alembic.attributes["connection"] = connection
    return alembic
