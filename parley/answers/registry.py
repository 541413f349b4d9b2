"""The answers that this process is giving."""

import logging
import threading
import time
from collections.abc import Generator

from parley.answers import pace
from parley.answers.answer import Answer
from parley.answers.following import follow
from parley.answers.hearing import Hearing
from parley.answers.journal import Journal
from parley.answers.log_line import log_the_end
from parley.answers.recording import Describe
from parley.archive import Archive
from parley.conversation import Message
from parley.database import DatabaseRefused, DatabaseUnavailable
from parley.event_stream import Event
from parley.inference.client import Reply
from parley.logfmt import Line
from parley.spending import Entry
from parley.tracing import request_id

KEPT_SECONDS = 5.0  # for the end of an answer to be kept, before its readers are told of it all the same
LAST_WORDS_SECONDS = 3.0  # for the last lines of the journal, once everything has been told to end

log = logging.getLogger(__name__)


class Answers:
    """Start an answer, watch it, stop it. What another process of the app gives is watched through the archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._journal = Journal(archive)
        self._hearings: set[Hearing] = set()
        self.accepting = True

    def start(
        self,
        message: Message,
        reply: Reply,
        model: str | None = None,
        notice: str | None = None,
        describe: Describe | None = None,
        entry: Entry | None = None,
    ) -> None:
        """Ask a model, in a thread of its own. `message` is the answer as the archive keeps it, most often empty.

        `entry` is where in the ledger it stands; what it took comes there with the last line of the journal.
        """
        self._give_up(message.id)
        answer = Answer(message, reply, model, notice, describe, entry, self._pace)
        self._journal.begin(answer)
        threading.Thread(
            target=self._give, args=(answer, request_id()), name=f"answer-{answer.id}", daemon=True
        ).start()

    def hear(self, reply: Reply, entry: Entry | None = None) -> Hearing:
        """Ask a model for one listener, who is to stop it on leaving: nothing of it is kept."""
        hearing = Hearing(reply, entry)
        self._hearings.add(hearing)
        threading.Thread(target=self._let_speak, args=(hearing, request_id()), name="hearing", daemon=True).start()
        return hearing

    def watch(self, answer_id: str) -> Generator[Event]:
        """The answer as it is now and whatever becomes of it, whichever process gives it."""
        given = self._journal.get(answer_id)
        return given.watch() if given else follow(self._archive, answer_id)

    def stop(self, answer_id: str) -> None:
        """Hang up on the model; another process is asked to, and does so within a second."""
        given = self._journal.get(answer_id)
        if given:
            given.stop()
        else:
            self._archive.request_stop(answer_id)

    def farewell(self, seconds: float) -> None:
        """Give the answers that are being given some time to finish, then interrupt and keep what is left of them."""
        self.accepting = False
        deadline = time.monotonic() + seconds
        self._journal.wait_until_empty(seconds)
        for hearing in tuple(self._hearings):
            if not hearing.has_ended(max(0, deadline - time.monotonic())):
                hearing.interrupt()
        left = self._journal.answers()
        for answer in left:
            answer.interrupt()
        self._journal.wait_until_empty(LAST_WORDS_SECONDS)
        log.info(Line(farewell="said", interrupted=len(left), lost=len(self._journal)))

    def _pace(self) -> float:
        return pace.until_tick(pace.among(len(self._journal)))

    def _give_up(self, answer_id: str) -> None:
        """End an earlier attempt at an answer: we were slow, were taken for dead, and it was begun anew."""
        if earlier := self._journal.get(answer_id):
            earlier.stop()

    def _give(self, answer: Answer, asked_by: str | None) -> None:
        started = time.monotonic()
        try:
            answer.run()
        except Exception:
            log.exception(Line(answer=answer.id, state="broken", request_id=asked_by))
        finally:
            self._journal.finish(answer, KEPT_SECONDS)
            answer.close()
            log_the_end(answer, answer.id, asked_by, time.monotonic() - started)

    def _let_speak(self, hearing: Hearing, asked_by: str | None) -> None:
        started = time.monotonic()
        try:
            hearing.run()
        except Exception:
            log.exception(Line(answer="unkept", state="broken", request_id=asked_by))
        finally:
            self._settle(hearing)
            self._hearings.discard(hearing)
            log_the_end(hearing, "unkept", asked_by, time.monotonic() - started)

    def _settle(self, hearing: Hearing) -> None:
        """Where that can't be done now, what was set aside for it counts, until somebody sees to what was abandoned."""
        try:
            self._archive.ledger.settle(*filter(None, [hearing.account()]))
        except (DatabaseUnavailable, DatabaseRefused) as error:
            log.warning(Line(ledger="failed", cause=error))
