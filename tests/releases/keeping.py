"""The databases of a release: written into files, and read again."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import orjson
import psycopg

from app import create_app
from parley import schema
from parley.config import Config
from parley.database import Database
from tests.conftest import SECRET, running
from tests.people import Person
from tests.postgresql import PostgreSQL
from tests.releases.world import Seen, fill
from tests.upstream import Upstream

FOLDER = Path(__file__).parent
KINDS = ("sqlite", "postgresql")


def keep(folder: Path, url: str, scratch: Path) -> None:
    """Make a database of this release at an address where there is none yet, and keep it in a folder."""
    folder.mkdir(exist_ok=True)
    kind = kind_of(url)
    with Upstream() as upstream:
        config = Config.from_env({"SECRET_KEY": SECRET, "DATABASE_URL": url, **upstream.env})
        _migrate(config.database_url)
        with running(create_app(config)) as app:
            seen = fill(Person(app), upstream)
    (folder / f"{kind}.json").write_bytes(orjson.dumps(seen, option=orjson.OPT_INDENT_2))
    dump = _dump_sqlite(url, scratch) if kind == "sqlite" else PostgreSQL.dump(url)
    (folder / f"{kind}.gz").write_bytes(gzip.compress(dump, mtime=0))


def restore(folder: Path, url: str) -> Seen:
    """Put a database that was kept to an address where there is none yet. Returns what was seen of it then."""
    kind = kind_of(url)
    dump = gzip.decompress((folder / f"{kind}.gz").read_bytes())
    if kind == "sqlite":
        Path(url.removeprefix("sqlite:///")).write_bytes(dump)
    else:
        with psycopg.connect(url) as connection:
            connection.execute(dump)
    seen: Seen = orjson.loads((folder / f"{kind}.json").read_bytes())
    return seen


def kind_of(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


def _migrate(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.close()


def _dump_sqlite(url: str, scratch: Path) -> bytes:
    """The file as it is once nothing waits in the log beside it."""
    whole = scratch / "whole.db"
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute("VACUUM INTO ?", (str(whole),))
    return whole.read_bytes()
