"""An answer for one listener, word for word while it is said. Nothing of it is kept, so it ends when they leave."""

import threading
import time
from collections.abc import Iterable
from contextlib import closing

from parley.answers import pace
from parley.answers.stopwatch import Stopwatch
from parley.conversation import LONGEST_ANSWER, State, Timings, Usage, clean
from parley.inference import events as model_says
from parley.inference.client import Reply
from parley.inference.errors import InferenceError
from parley.spending import Entry

_ends = {"length": State.LENGTH}


class Hearing:
    """One thread runs it, another takes the words as they come. Thoughts are passed over."""

    def __init__(self, reply: Reply, entry: Entry | None = None) -> None:
        self._reply = reply
        self._entry = entry
        self._usage: Usage | None = None
        self._said: list[str] = []
        self._stopwatch = Stopwatch()
        self._words: list[str] = []
        self._length = 0
        self._wanted: State | None = None
        self._changed = threading.Condition()
        self._told_to_end = threading.Event()
        self._reason: str | None = None
        self.state = State.RUNNING
        self.failure: InferenceError | None = None
        self.model: str | None = None
        self.timings: Timings | None = None

    def run(self) -> None:
        """Listen to the model to the end, whatever the end is."""
        try:
            with closing(self._reply) as reply:
                reply.open()
                for batch in reply.batches():
                    self._take(batch)
                    self._told_to_end.wait(pace.usual())
            self._end(State.COMPLETE)
        except InferenceError as failure:
            self.failure = failure
            self._end(State.INTERRUPTED if self.has_spoken else State.FAILED)
        finally:
            self._end(State.INTERRUPTED)  # has no effect unless something above broke

    def account(self) -> Entry | None:
        """What it took, for the ledger, once it has ended."""
        if self._entry is None or not self._is_over:
            return None
        return self._entry.ended(
            self.state,
            words="".join(self._said),
            usage=self._usage,
            failure=self.failure if not self._wanted else None,
            first_token=self._stopwatch.timings(self._reply.contact).first_sign,
            seconds=self._stopwatch.seconds,
        )

    @property
    def usage(self) -> Usage | None:
        """What it took, if the service says so."""
        return self._usage

    @property
    def has_spoken(self) -> bool:
        """Whether there was a word, taken by now or not."""
        return self._length > 0

    def has_begun(self, within: float) -> bool:
        """Whether it speaks, or has ended without a word, in so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self.has_spoken or self._is_over, within)

    def has_ended(self, within: float) -> bool:
        """Whether it ends in so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._is_over, within)

    def next_words(self, within: float) -> str | None:
        """What was said since they were last asked for: perhaps nothing in so many seconds. None after the last."""
        with self._changed:
            self._changed.wait_for(lambda: self._words or self._is_over, within)
            words, self._words = self._words, []
            return None if self._is_over and not words else "".join(words)

    def stop(self) -> None:
        """Nobody listens any more. The upstream connection closes at once, in whatever phase it is."""
        self._hang_up(State.STOPPED)

    def interrupt(self) -> None:
        """End it because the server goes away."""
        self._hang_up(State.INTERRUPTED)

    @property
    def _is_over(self) -> bool:
        return self.state is not State.RUNNING

    def _take(self, batch: Iterable[model_says.Event]) -> None:
        now = time.monotonic()
        words: list[str] = []
        for event in batch:
            match event:
                case model_says.Text(text):
                    words.append(text)
                case model_says.Answering(model):
                    self.model = clean(model)
                case model_says.Reasoning(text):
                    self._stopwatch.thinks(now)
                    self._note(text)
                case model_says.Usage(prompt, completion):
                    self._usage = Usage(prompt, completion)
                case model_says.Finished(reason):
                    self._reason = reason
                    self._wanted = self._wanted or _ends.get(reason)
        if words:
            self._stopwatch.speaks(now)
            self._note("".join(words))
            self._say(clean("".join(words))[: LONGEST_ANSWER - self._length])

    def _note(self, text: str) -> None:
        """Keep it for the account, unless that knows already that it was more than any answer may have."""
        if sum(map(len, self._said)) < LONGEST_ANSWER:
            self._said.append(text)

    def _say(self, text: str) -> None:
        with self._changed:
            self._words.append(text)
            self._length += len(text)
            self._changed.notify_all()
        if self._length >= LONGEST_ANSWER:
            self._hang_up(State.LENGTH)

    def _hang_up(self, state: State) -> None:
        if not self._is_over:
            self._wanted = self._wanted or state
            self._told_to_end.set()
            self._reply.hang_up()

    def _end(self, state: State) -> None:
        """The first end is the one that counts."""
        with self._changed:
            if not self._is_over:
                self.timings = self._stopwatch.timings(self._reply.contact, self._reason)
                self.state = self._wanted or state
            self._changed.notify_all()
