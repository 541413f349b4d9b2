"""When what happened to an answer, from the moment at which its question was accepted."""

import time
from datetime import UTC, datetime

from parley.conversation import Timings
from parley.inference.sent import Contact


class Stopwatch:
    """Told of every read that brought something, it costs no more than one look at the clock for each."""

    def __init__(self) -> None:
        self._accepted = time.monotonic()
        self._accepted_at = datetime.now(UTC)
        self._first_thought: float | None = None
        self._first_token: float | None = None
        self._last: float | None = None
        self._longest_gap: float | None = None

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._accepted

    @property
    def has_begun(self) -> bool:
        """Whether anything was said or thought."""
        return self._last is not None

    def thinks(self, now: float) -> None:
        """Something that the model thinks was read."""
        self._first_thought = self._first_thought or now
        self._hears(now)

    def speaks(self, now: float) -> None:
        """Some of the answer was read."""
        self._first_token = self._first_token or now
        self._hears(now)

    def timings(self, contact: Contact, finish: str | None = None, failure: str | None = None) -> Timings:
        """All of it, once the answer has ended, and what the model or its failure said about that."""
        return Timings(
            connected=self._since_accepted(contact.connected_at),
            first_byte=self._since_accepted(contact.answered_at),
            first_thought=self._since_accepted(self._first_thought),
            first_token=self._since_accepted(self._first_token),
            longest_gap=_milliseconds(self._longest_gap),
            last_token=self._since_accepted(self._last),
            ended=_milliseconds(self.seconds),
            retries=contact.retries,
            reconnects=contact.reconnects,
            accepted_at=self._accepted_at.isoformat(timespec="milliseconds"),
            finish=finish,
            failure=failure,
        )

    def _hears(self, now: float) -> None:
        if self._last is not None:
            self._longest_gap = max(self._longest_gap or 0.0, now - self._last)
        self._last = now

    def _since_accepted(self, moment: float | None) -> int | None:
        return None if moment is None else _milliseconds(moment - self._accepted)


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
