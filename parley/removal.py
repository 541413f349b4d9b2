"""What is to go, goes for good: what visitors deleted, after a minute; what is kept for a time only, after that time.

A thread sees to it, which is there while something waits for it. `flask clean` does the same at once.
"""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

from parley.archive import Archive
from parley.database import DatabaseRefused, DatabaseUnavailable
from parley.logfmt import Line

BREATH = 0.05  # seconds between two batches, for others who want to write
LOOK = timedelta(hours=1)  # after which it is looked again for what has come of age, where that is removed
ACCOUNTED = timedelta(days=366)  # for which it is known what models took: a year can be compared with the one before

LAST_BATCH_SECONDS = 3.0  # for the batch that is being removed, when the process ends

log = logging.getLogger(__name__)


class Removal:
    """Begun with the process, at each deletion, and at each look at the list: who deleted it may be gone by then."""

    def __init__(self, archive: Archive, kept: timedelta | None = None) -> None:
        self._archive = archive
        self._kept = kept
        self._is_untidy = False
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._thread: threading.Thread | None = None
        self._has_ended = False

    def begin(self) -> None:
        """See to whatever is to go, once its time has come."""
        with self._lock:
            self._asked.set()
            if not self._has_ended and not (self._thread and self._thread.is_alive()):
                self._thread = threading.Thread(target=self._remove_on, name="removal", daemon=True)
                self._thread.start()

    def end(self) -> None:
        """Leave the rest to other processes."""
        self._has_ended = True
        self._asked.set()
        if thread := self._thread:
            thread.join(LAST_BATCH_SECONDS)

    def clean(self) -> int:
        """Remove all that is due, now. Returns how many conversations that were."""
        count = 0
        while batch := self._remove_some():
            count += batch
            time.sleep(BREATH)
        self._tidy()
        return count

    def _remove_on(self) -> None:
        while self._is_needed():
            self._asked.clear()
            try:
                self._remove()
            except (DatabaseUnavailable, DatabaseRefused) as error:
                log.warning(Line(removal="failed", cause=error))

    def _is_needed(self) -> bool:
        """If not, the thread is about to end, and the next one who asks starts another."""
        with self._lock:
            if self._has_ended or not self._asked.is_set():
                self._thread = None
            return self._thread is not None

    def _remove(self) -> None:
        """Wait for the next removal, unless asked to look again, and see to some of what is due."""
        moment = self._next_removal()
        if self._is_untidy and not (moment and moment <= datetime.now(UTC)):
            self._tidy()
        if moment is None:
            return
        was_asked = self._asked.wait(max(BREATH, (moment - datetime.now(UTC)).total_seconds()))
        self._is_untidy |= self._remove_some() > 0 or not was_asked
        self._asked.set()

    def _next_removal(self) -> datetime | None:
        deleted = self._archive.deletions.next_removal()
        if self._kept is None:
            return deleted
        silent = self._archive.retention.next_removal(self._kept)
        return min(filter(None, (deleted, silent, datetime.now(UTC) + LOOK)))

    def _remove_some(self) -> int:
        """A batch of each kind."""
        count = self._archive.deletions.remove_some()
        if self._kept is not None:
            count += self._archive.retention.remove_some(self._kept)
        return count

    def _tidy(self) -> None:
        """Remove what nobody deletes, then the last traces of all that is gone."""
        self._archive.images.remove_left_over()
        self._archive.counters.remove_the_ended()
        self._archive.ledger.forget_before(datetime.now(UTC) - ACCOUNTED)
        self._archive.traces.erase()
        self._is_untidy = False
