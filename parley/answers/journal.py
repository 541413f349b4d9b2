"""The journal: the answers that this process is giving, written down while they grow."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence

from parley.answers.answer import Answer
from parley.archive import Archive, Rendering
from parley.conversation import Message, State
from parley.database import DatabaseRefused, DatabaseUnavailable
from parley.logfmt import Line
from parley.spending import Entry

LINE_SECONDS = 0.7  # from one line to the next; with the time it takes to write one, less than the second promised

log = logging.getLogger(__name__)


class Journal:
    """One thread writes all answers, in one transaction, several times in two seconds; one that has ended at once.

    An answer is in the journal from its beginning until its end is kept.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._answers: dict[str, Answer] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, answer_id: str) -> Answer | None:
        return self._answers.get(answer_id)

    def answers(self) -> list[Answer]:
        return list(self._answers.values())

    def begin(self, answer: Answer) -> None:
        """Write this answer from now on."""
        with self._changed:
            self._answers[answer.id] = answer
            if not (self._thread and self._thread.is_alive()):
                self._thread = threading.Thread(target=self._write_on, name="journal", daemon=True)
                self._thread.start()

    def finish(self, answer: Answer, seconds: float) -> None:
        """Have the end of an answer written at once, and wait for that, but not for long."""
        with self._changed:
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.get(answer.id) is not answer, seconds)

    def wait_until_empty(self, seconds: float) -> None:
        """Wait until all answers have ended and are kept."""
        with self._changed:
            self._changed.wait_for(lambda: not self._answers, seconds)

    def _write_on(self) -> None:
        due = time.monotonic()
        while self._is_needed():
            is_due = time.monotonic() >= due
            if is_due:
                due = time.monotonic() + LINE_SECONDS
            if self._write(self.answers() if is_due else self._ended()):
                self._wait_for_an_end(due)
            else:
                time.sleep(LINE_SECONDS)

    def _is_needed(self) -> bool:
        """If not, the thread is about to end, and the next answer starts another."""
        with self._changed:
            if not self._answers:
                self._thread = None
            return bool(self._answers)

    def _wait_for_an_end(self, moment: float) -> None:
        with self._changed:
            self._changed.wait_for(self._ended, max(0.0, moment - time.monotonic()))

    def _ended(self) -> list[Answer]:
        return [answer for answer in self.answers() if answer.state is not State.RUNNING]

    def _write(self, answers: Sequence[Answer]) -> bool:
        """Write how far answers have come. Returns false where that can't be done now."""
        lines = [answer.progress() for answer in answers]
        try:
            unwanted = self._write_down(lines, _accounts(answers), _renderings(lines, answers))
        except DatabaseUnavailable as error:
            log.warning(Line(journal="failed", answers=len(lines), cause=error))
            return False
        self._strike_out({line.id for line in lines if line.state is not State.RUNNING}, answers)
        for answer in answers:
            if answer.id in unwanted:
                answer.stop()
        return True

    def _write_down(
        self, lines: Sequence[Message], accounts: Mapping[str, Entry], renderings: Mapping[str, Rendering]
    ) -> set[str]:
        """All at once, unless that is refused: no answer is kept from being written by another."""
        try:
            took = [accounts[line.id] for line in lines if line.id in accounts]
            made = [renderings[line.id] for line in lines if line.id in renderings]
            return self._archive.journal(lines, took, made) if lines else set()
        except DatabaseRefused as error:
            log.error(Line(journal="refused", answers=len(lines), cause=error))
            one_by_one = lines if len(lines) > 1 else ()
            return set().union(*(self._write_down([line], accounts, renderings) for line in one_by_one))

    def _strike_out(self, ended: set[str], answers: Sequence[Answer]) -> None:
        """What has ended and is kept needs no further line."""
        with self._changed:
            for answer in answers:
                if answer.id in ended and self.get(answer.id) is answer:
                    del self._answers[answer.id]
            self._changed.notify_all()


def _accounts(answers: Sequence[Answer]) -> dict[str, Entry]:
    """What those took that have ended."""
    return {answer.id: account for answer in answers if (account := answer.account())}


def _renderings(lines: Sequence[Message], answers: Sequence[Answer]) -> dict[str, Rendering]:
    """The HTML of those whose last line this is."""
    return {
        line.id: Rendering(line.id, line.text, answer.blocks)
        for line, answer in zip(lines, answers, strict=True)
        if not line.is_running and line.text
    }
