"""Watching an answer through the archive: it has ended, or another process gives it."""

import time
from collections.abc import Generator

from parley.answers.answer import HEARTBEAT, ending
from parley.archive import Archive
from parley.conversation import Message
from parley.database import DatabaseUnavailable
from parley.event_stream import Event, Heartbeat, Notice, Reasoning
from parley.markdown import Growing

LOOK_SECONDS = 0.5  # the journal is written every 0.7 s: to look more often than that is soon enough


def follow(archive: Archive, answer_id: str) -> Generator[Event]:
    """The events of an answer, read from what is kept of it as it grows there."""
    reader = _Reader()
    last_word = time.monotonic()
    while (message := _look(archive, answer_id)) is None or message.is_running:
        for event in reader.read(message) if message else ():
            yield event
            last_word = time.monotonic()
        if time.monotonic() - last_word > HEARTBEAT:
            yield Heartbeat()
            last_word = time.monotonic()
        time.sleep(LOOK_SECONDS)
    yield from reader.read(message)
    yield from reader.finish()
    yield ending(message)


def _look(archive: Archive, answer_id: str) -> Message | None:
    """How far an answer has come, or None while the database can't be asked: the reader may as well wait here."""
    try:
        return archive.progress(answer_id)
    except DatabaseUnavailable:
        return None


class _Reader:
    """Remembers how much of an answer has been read."""

    def __init__(self) -> None:
        self._growing = Growing()
        self._text = 0
        self._reasoning = 0
        self._thought: str | None = None
        self._notice: str | None = None

    def read(self, message: Message) -> Generator[Event]:
        """What the answer has that it had not when it was read before."""
        if len(message.reasoning) > self._reasoning or message.thought != self._thought:
            yield Reasoning(message.reasoning[self._reasoning :], message.thought)
        if message.notice and message.notice != self._notice:
            yield Notice(message.notice)
        if len(message.text) > self._text:
            yield from self._growing.write(message.text[self._text :])
        self._reasoning, self._thought = len(message.reasoning), message.thought
        self._notice, self._text = message.notice, len(message.text)

    def finish(self) -> Generator[Event]:
        yield from self._growing.finish()
