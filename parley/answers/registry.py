"""The answers that this process is giving, and the journal in which they are kept while they grow."""

import logging
import threading
import time
from collections.abc import Generator, Sequence

from parley.answers.answer import Answer
from parley.answers.following import follow
from parley.archive import Archive
from parley.conversation import Message, State
from parley.database import DatabaseRefused, DatabaseUnavailable
from parley.event_stream import Event
from parley.inference.client import Reply

JOURNAL_SECONDS = 1.0  # at most so much of an answer is lost with the process that gives it
LOOKS = 2  # times between two lines of the journal to see who is unwanted: Stop takes no longer than a second
LAST_WORDS_SECONDS = 3.0  # for the last lines of the journal, once everything has been told to end

log = logging.getLogger(__name__)


class Answers:
    """Start an answer, watch it, stop it. What another process of the app gives is watched through the archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._given: dict[str, Answer] = {}
        self._starting = threading.Lock()
        self._writing = threading.Lock()  # a line of the journal must not overtake a later one
        self._kept = threading.Condition()
        self._journal: threading.Thread | None = None
        self.accepting = True

    def start(self, message: Message, reply: Reply, model: str | None = None, notice: str | None = None) -> None:
        """Ask a model, in a thread of its own. `message` is the answer as the archive keeps it, most often empty."""
        answer = Answer(message, reply, model, notice)
        self._give_up(message.id)
        with self._starting:
            self._given[answer.id] = answer
            self._keep_a_journal()
        threading.Thread(target=self._give, args=(answer,), name=f"answer-{answer.id}", daemon=True).start()

    def watch(self, answer_id: str) -> Generator[Event]:
        """The answer as it is now and whatever becomes of it, whichever process gives it."""
        given = self._given.get(answer_id)
        return given.watch() if given else follow(self._archive, answer_id)

    def stop(self, answer_id: str) -> None:
        """Hang up on the model; another process is asked to, and does so within a second."""
        given = self._given.get(answer_id)
        if given:
            given.stop()
        else:
            self._archive.request_stop(answer_id)

    def farewell(self, seconds: float) -> None:
        """Give the answers that are being given some time to finish, then interrupt and keep what is left of them."""
        self.accepting = False
        self._wait_until_all_are_kept(seconds)
        left = list(self._given.values())
        for answer in left:
            answer.interrupt()
        self._wait_until_all_are_kept(LAST_WORDS_SECONDS)
        log.info("farewell=said interrupted=%d lost=%d", len(left), len(self._given))

    def _wait_until_all_are_kept(self, seconds: float) -> None:
        with self._kept:
            self._kept.wait_for(lambda: not self._given, seconds)

    def _give_up(self, answer_id: str) -> None:
        """End an earlier attempt at an answer: we were slow, were taken for dead, and it was begun again."""
        if earlier := self._given.get(answer_id):
            earlier.stop()

    def _give(self, answer: Answer) -> None:
        started = time.monotonic()
        try:
            answer.run()
        finally:
            try:
                self._write([answer])
            finally:
                answer.close()
            _tell_the_operator(answer, time.monotonic() - started)

    def _keep_a_journal(self) -> None:
        if not (self._journal and self._journal.is_alive()):
            self._journal = threading.Thread(target=self._write_each_second, name="journal", daemon=True)
            self._journal.start()

    def _write_each_second(self) -> None:
        while self._there_is_something_to_write():
            self._write(list(self._given.values()))
            for _ in range(LOOKS):
                time.sleep(JOURNAL_SECONDS / LOOKS)
                self._stop_the_unwanted()

    def _there_is_something_to_write(self) -> bool:
        """If not, the journal's thread is about to end, and the next answer starts another."""
        with self._starting:
            if not self._given:
                self._journal = None
            return bool(self._given)

    def _write(self, answers: Sequence[Answer]) -> None:
        """Write how far answers have come. What can't be written now is tried again a second later."""
        with self._writing:
            left = [answer.progress() for answer in answers if self._given.get(answer.id) is answer]
            if not left:
                return
            try:
                self._write_down(left)
            except DatabaseUnavailable as error:
                log.warning("journal=failed answers=%d cause=%r", len(left), str(error))
            else:
                self._strike_out(left)

    def _write_down(self, answers: Sequence[Message]) -> None:
        """All at once, unless that is refused: no answer is kept from being written by another."""
        try:
            self._archive.journal(answers)
        except DatabaseRefused as error:
            log.error("journal=refused answers=%d cause=%r", len(answers), str(error))
            if len(answers) > 1:
                for answer in answers:
                    self._write_down([answer])

    def _strike_out(self, written: Sequence[Message]) -> None:
        """What has ended and is kept needs no further line, also from a thread that waits to write one."""
        with self._kept:
            for one in written:
                if one.state is not State.RUNNING:
                    self._given.pop(one.id, None)
            self._kept.notify_all()

    def _stop_the_unwanted(self) -> None:
        attempts = {answer.id: answer.attempt for answer in list(self._given.values())}
        try:
            unwanted = self._archive.unwanted(attempts) if attempts else set()
        except DatabaseUnavailable:
            return  # the journal tells
        for answer in unwanted & self._given.keys():
            self.stop(answer)


def _tell_the_operator(answer: Answer, seconds: float) -> None:
    """How an answer ended, and why if it did not end well; never what was said."""
    how = f"answer={answer.id} state={answer.state} ms={seconds * 1000:.0f}"
    if answer.failure and answer.state in (State.FAILED, State.INTERRUPTED):
        log.warning(
            "%s kind=%s status=%s reason=%r", how, answer.failure.kind, answer.failure.status, answer.failure.reason
        )
    else:
        log.info(how)
