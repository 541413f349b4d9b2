"""How many connections a PostgreSQL database has room for, and how it is reached."""

from dataclasses import dataclass

from sqlalchemy import text

from parley.database import Database

# A plan may say it of the server, of the database, or of the role; -1 is no word on it.
_room = text("""
    SELECT
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS of_server,
        (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS of_database,
        (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS of_role,
        coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS is_encrypted
""")


@dataclass(frozen=True)
class Room:
    """What a database allows."""

    allowed: int
    is_encrypted: bool


def room_in(database: Database) -> Room | None:
    """What it allows; None where it is SQLite. Raises DatabaseUnavailable."""
    with database.reading() as connection:
        if connection.dialect.name != "postgresql":
            connection.execute(text("SELECT 1"))
            return None
        found = connection.execute(_room).one()
    limits = [limit for limit in (found.of_server, found.of_database, found.of_role) if limit >= 0]
    return Room(min(limits), found.is_encrypted)
