"""What SQLite would leave of things deleted: words in the search index, and pages in the log of its last writes.

The file itself holds nothing: PRAGMA secure_delete overwrites what is freed. PostgreSQL has a vacuum of its own.
"""

import time

from sqlalchemy import Connection

from parley.database import Database

PAGES = 256  # of the index, that are merged in one transaction: others want to write as well
BREATH = 0.05  # seconds between two of them

# FTS5 only notes that a word is gone; the word goes when the parts of the index are merged. A negative number begins
# that with all parts, a positive one goes on with it. (Its own `secure-delete` is of SQLite 3.42, and no older one
# could read the file any more.)
BEGIN, GO_ON = -PAGES, PAGES


class Traces:
    """To be erased after something was deleted, once for many: the whole index is written anew, bit by bit.

    Of 20,000 messages with 300 words each that took 8 seconds, of which nobody else had to wait longer than one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def erase(self) -> None:
        """Leave no word in the database's files of what is deleted."""
        if self._database.engine.dialect.name != "sqlite":
            return
        pages = BEGIN
        while self._merge(pages):
            pages = GO_ON
            time.sleep(BREATH)
        self._empty_the_log()

    def _merge(self, pages: int) -> bool:
        """Merge some of the index. Returns whether there was anything to do."""
        with self._database.writing() as connection:
            before = _changes(connection)
            connection.exec_driver_sql("INSERT INTO passages (passages, rank) VALUES ('merge', ?)", (pages,))
            return _changes(connection) - before > 1

    def _empty_the_log(self) -> None:
        """Move what was written into the database, and cut the log to nothing. Where somebody reads in it, not now."""
        with self._database.unbegun() as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _changes(connection: Connection) -> int:
    changes: int = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    return changes
