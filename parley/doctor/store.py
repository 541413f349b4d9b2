"""Is the database there, is it one that lasts, and does it take as many connections as there will be?"""

from collections.abc import Iterator

from parley.archive.room import Room, room_in
from parley.config import Config
from parley.database import Database, DatabaseUnavailable
from parley.doctor.finding import Finding, broken, warning, well
from parley.doctor.remedies import setting

SUBJECT = "database"
BESIDE = 4  # connections for a release, a command and a look by hand


def look(config: Config, database: Database) -> Iterator[Finding]:
    try:
        room = room_in(database)
    except DatabaseUnavailable as failure:
        remedy = "See that it runs: heroku pg:info -a APP_NAME" if config.behind_router else "See that it runs."
        yield broken(SUBJECT, f"The database can't be reached ({' '.join(str(failure).split())}).", remedy)
        return
    yield _kind(room, config)
    if room:
        yield _connections(room, config.processes, database.connections, config)


def _kind(room: Room | None, config: Config) -> Finding:
    if room:
        return well(SUBJECT, f"PostgreSQL answers, {'over TLS' if room.is_encrypted else 'without TLS'}.")
    if config.behind_router:
        remedy = "To attach one that lasts: heroku addons:create heroku-postgresql:essential-0 -a APP_NAME"
        return broken(SUBJECT, "SQLite answers, in a file that the dyno loses at least once a day.", remedy)
    return well(SUBJECT, "SQLite answers.")


def _connections(room: Room, processes: int, of_each: int, config: Config) -> Finding:
    needed = processes * of_each
    words = f"{processes} process{'es' * (processes > 1)} of a dyno may open {needed} connections"
    if needed > room.allowed:
        remedy = setting(config, "DATABASE_CONNECTIONS", str(max(room.allowed - BESIDE, 1)))
        return broken(SUBJECT, f"{words}, and the database allows {room.allowed}.", remedy)
    if needed > config.database_connections:
        remedy = setting(config, "WEB_CONCURRENCY", str(max(config.database_connections // of_each, 1)))
        return warning(SUBJECT, f"{words}, more than DATABASE_CONNECTIONS: each needs {of_each}.", remedy)
    dynos = max((room.allowed - BESIDE) // needed, 1)
    return well(SUBJECT, f"{words} of the {room.allowed} that are allowed: enough for {dynos} dyno{'s' * (dynos > 1)}.")
