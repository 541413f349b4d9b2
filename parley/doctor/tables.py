"""Are the tables those of this release?"""

from collections.abc import Iterator

from parley.config import Config
from parley.database import Database, DatabaseUnavailable
from parley.doctor.finding import Finding, broken, well
from parley.doctor.remedies import running

SUBJECT = "migrations"


def look(config: Config, database: Database) -> Iterator[Finding]:
    from parley import schema  # here, since it loads Alembic: 0.4 s and 15 MB that no server needs

    try:
        is_complete = schema.is_complete(database)
    except schema.NewerSchema as failure:
        yield broken(SUBJECT, str(failure), "")
    except DatabaseUnavailable:
        return  # which another finding says
    else:
        yield _standing(is_complete, config)


def _standing(is_complete: bool, config: Config) -> Finding:
    if not is_complete:
        return broken(SUBJECT, "The database lacks tables of this release.", running(config, "migrate"))
    return well(SUBJECT, "The database has the tables of this release.")
