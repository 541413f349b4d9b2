"""What visitors deleted is removed for good after a minute, by a thread that is there while something waits for it."""

import logging
import threading
from datetime import UTC, datetime

from parley.archive import Archive
from parley.database import DatabaseRefused, DatabaseUnavailable
from parley.logfmt import Line

BREATH = 0.05  # seconds between two batches, for others who want to write

LAST_BATCH_SECONDS = 3.0  # for the batch that is being removed, when the process ends

log = logging.getLogger(__name__)


class Removal:
    """Begun with the process, at each deletion, and at each look at the list: who deleted it may be gone by then."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._thread: threading.Thread | None = None
        self._has_ended = False

    def begin(self) -> None:
        """See to whatever is deleted, once its time has come."""
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
        moment = self._archive.deletions.next_removal()
        if moment is None:
            return
        self._asked.wait(max(BREATH, (moment - datetime.now(UTC)).total_seconds()))
        self._archive.deletions.remove_some()
        self._asked.set()
