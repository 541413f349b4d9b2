"""One answer, from the first word asked of the model to the last it says."""

import threading
import time
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

from parley import event_stream
from parley.answers.pace import Pace, usual
from parley.answers.recording import Describe, Recording
from parley.answers.seam import Seam
from parley.answers.stopwatch import Stopwatch
from parley.answers.telling import Telling
from parley.answers.thinking import Thinking
from parley.conversation import LONGEST_ANSWER, Message, State, Timings, Usage, clean
from parley.event_stream import Heartbeat
from parley.inference import events as model_says
from parley.inference.client import Reply
from parley.inference.errors import InferenceError
from parley.spending import Entry

HEARTBEAT = 15  # seconds of silence after which readers are told that there is nothing new; routers hang up at 55
SLICE = 4096  # characters rendered at a time: a megabyte in one piece would keep all other answers waiting
LONGEST_WAIT = 24 * 60 * 60  # seconds; as long as anybody is asked to wait, whatever the model's service says

TOO_LONG = "The answer was cut: it had reached the greatest length that is kept."
WITHHELD = "The model's service withheld the rest of the answer."
BROKEN = "Something went wrong here while the answer was being written. What had come is kept; try again."

_ends = {"length": State.LENGTH}


class Answer:
    """An answer that is being given. It adds up by itself, however it ends; any number of readers watch it.

    `message` is what there is of it: nothing, or what it ended with too soon and goes on from.

    It knows the model's events and its readers, and neither SQL nor HTTP: `reply` is anything that can be opened,
    read in batches of events and hung up. `progress` is what a journal writes. `describe` says how a request is kept,
    `pace` how long to wait between two reads, though not before the first word or thought. `entry` is where in the
    ledger it stands.
    """

    def __init__(
        self,
        message: Message,
        reply: Reply,
        model: str | None = None,
        notice: str | None = None,
        describe: Describe | None = None,
        entry: Entry | None = None,
        pace: Pace = usual,
    ) -> None:
        self.id = message.id
        self.attempt = message.attempt
        self._message = message
        self.state = State.RUNNING
        self._reply = reply
        self._entry = entry
        self._model = model
        self._notices: list[str] = []
        self._usage: Usage | None = None
        self.failure: InferenceError | None = None
        self._error: str | None = None
        self._retry_at: datetime | None = None
        self._seconds: float | None = None
        self._stopwatch = Stopwatch()
        self.timings: Timings | None = None
        self._recording = Recording(reply, describe)
        self._pace = pace
        self._reason: str | None = None
        self._text = [message.text]
        self._length = len(message.text) + len(message.reasoning)
        self._seam = Seam(message.text)
        self._reasoning = [message.reasoning]
        self._thinking = Thinking(message.thought_seconds)
        self._telling = Telling(message.text, message.reasoning, message.thought_seconds)
        self._lock = threading.Lock()
        self._readers: list[threading.Event] = []
        self._wanted: State | None = None
        self._closed = False
        if notice:
            self._note(notice)

    @property
    def model(self) -> str | None:
        """The one that answers, as far as it is known."""
        return self._model

    @property
    def usage(self) -> Usage | None:
        """What this attempt took, if the service says so."""
        return self._usage

    def run(self) -> None:
        """Read the model's events to the end, whatever the end is."""
        try:
            with closing(self._reply) as reply:
                reply.open()
                self._recording.note()
                for batch in reply.batches():
                    self._take(batch)
                    if self._stopwatch.has_begun:
                        time.sleep(self._pace())  # a lock to wait at would cost four times as much, for each read
            self._end(State.COMPLETE)
        except InferenceError as failure:
            self.failure = failure
            self._end(State.INTERRUPTED if any(self._text) else State.FAILED, failure.advice, failure.retry_after)
        finally:
            self._end(State.INTERRUPTED, BROKEN)  # has no effect unless something above broke

    def stop(self) -> None:
        """End it because a visitor has had enough. The upstream connection closes at once, in whatever phase it is."""
        self._hang_up(State.STOPPED)

    def interrupt(self) -> None:
        """End it because the server goes away."""
        self._hang_up(State.INTERRUPTED)

    def close(self) -> None:
        """Tell the readers that it has ended; what they could want to read again is kept by now."""
        self._closed = True
        self._wake_readers()

    def progress(self) -> Message:
        """The message as far as it has come, as a value."""
        with self._lock:
            return replace(
                self._message,
                text="".join(self._text),
                reasoning="".join(self._reasoning),
                state=self.state,
                model=self._model,
                usage=_added(self._message.usage, self._usage),
                seconds=self._seconds,
                asked=self._recording.asked,
                timings=self.timings,
                thought_seconds=self._thinking.seconds,
                error=self._error,
                notice=" ".join(self._notices) or None,
                retry_at=self._retry_at,
            )

    @property
    def blocks(self) -> list[str]:
        """Its HTML as it is now."""
        with self._lock:
            return self._telling.blocks

    def account(self) -> Entry | None:
        """What this attempt took, for the ledger. None while it runs, or where no model was asked."""
        if self._entry is None or self.timings is None:
            return None
        return self._entry.ended(
            self.state,
            words="".join([*self._text[1:], *self._reasoning[1:]]),
            usage=self._usage,
            failure=self.failure if not self._wanted else None,
            first_token=self.timings.first_sign,
            seconds=self._stopwatch.seconds,
        )

    def watch(self) -> Generator[event_stream.Event]:
        """All of the answer as it is now, then what becomes of it, and an End. Close the generator to stop watching."""
        woken = threading.Event()  # of this reader alone: to wait for a condition takes thrice as long
        self._readers.append(woken)
        try:
            with self._lock:
                seen, fresh = len(self._telling), self._telling.so_far()
            yield from fresh
            while not self._closed or seen < len(self._telling):
                has_news = woken.wait(HEARTBEAT)
                woken.clear()
                with self._lock:
                    seen, fresh = len(self._telling), self._telling.since(seen)
                yield from fresh
                if not has_news:
                    yield Heartbeat()
            yield ending(self.progress())
        finally:
            self._readers.remove(woken)

    def _wake_readers(self) -> None:
        for reader in tuple(self._readers):
            reader.set()

    def _take(self, batch: Iterable[model_says.Event]) -> None:
        now = time.monotonic()
        words: list[str] = []
        for event in batch:
            match event:
                case model_says.Text(text):
                    words.append(text)
                case model_says.Reasoning(text):
                    self._stopwatch.thinks(now)
                    self._think(text)
                case model_says.Usage(prompt, completion):
                    self._usage = Usage(prompt, completion)
                case model_says.Answering(model):
                    self._model = clean(model)
                case model_says.Notice(message):
                    self._note(message)
                case model_says.Finished(reason):
                    self._finish(reason)
        if words:
            self._stopwatch.speaks(now)
            self._grow("".join(words))

    def _grow(self, text: str) -> None:
        text = self._within_limit(self._seam.join(text))
        for start in range(0, len(text), SLICE):
            with self._lock:
                self._stop_thinking()
                self._text.append(text[start : start + SLICE])
                self._telling.write(text[start : start + SLICE])
            self._wake_readers()
            if len(text) > SLICE:
                time.sleep(0)  # let the other answers have their turn

    def _think(self, text: str) -> None:
        text = self._within_limit(text)
        with self._lock:
            self._thinking.begin()
            self._reasoning.append(text)
            self._telling.think(text)
        self._wake_readers()

    def _stop_thinking(self) -> None:
        if self._thinking.end():
            self._telling.thought_for(self._thinking.seconds)

    def _within_limit(self, text: str) -> str:
        """What may still be kept of a text, words and thoughts counted alike. The last of it ends the answer."""
        kept = clean(text)[: LONGEST_ANSWER - self._length]
        self._length += len(kept)
        if text and self._length >= LONGEST_ANSWER:
            self._note(TOO_LONG)
            self._hang_up(State.LENGTH)
        return kept

    def _note(self, message: str) -> None:
        message = clean(message)
        with self._lock:
            self._notices.append(message)
            self._telling.note(message)
        self._wake_readers()

    def _finish(self, reason: str) -> None:
        self._reason = reason
        self._wanted = self._wanted or _ends.get(reason)
        if reason == "content_filter":
            self._note(WITHHELD)

    def _hang_up(self, state: State) -> None:
        self._wanted = self._wanted or state
        self._reply.hang_up()

    def _end(self, state: State, error: str | None = None, retry_after: float | None = None) -> None:
        """Whoever told it to end has a say in how; the first end is the one that counts."""
        if self.state is not State.RUNNING:
            return
        self._recording.note()
        with self._lock:
            self._stop_thinking()
            self._telling.finish()
            self._seconds = round((self._message.seconds or 0) + self._stopwatch.seconds, 2)
            failure = self.failure.kind if self.failure and not self._wanted else None
            self.timings = self._stopwatch.timings(self._reply.contact, self._reason, failure)
            if error and not self._wanted:
                self._error = clean(error)
                self._retry_at = _moment_in(retry_after)
            self.state = self._wanted or state


def ending(message: Message) -> event_stream.End:
    """How an answer ended, as its readers are told."""
    return event_stream.End(
        state=message.state,
        usage=None if message.usage is None else asdict(message.usage),
        model=message.model,
        seconds=message.seconds,
        error=message.error,
        retry_after=message.retry_after,
        ended=message,
    )


def _added(before: Usage | None, now: Usage | None) -> Usage | None:
    return before + now if before and now else now or before


def _moment_in(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.now(UTC) + timedelta(seconds=min(seconds, LONGEST_WAIT))
