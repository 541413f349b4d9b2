"""An answer for one listener, word for word while it is said. Nothing of it is kept, so it ends when they leave."""

import threading
from collections.abc import Iterable
from contextlib import closing

from parley.answers import pace
from parley.conversation import LONGEST_ANSWER, State, clean
from parley.inference import events as model_says
from parley.inference.client import Reply
from parley.inference.errors import InferenceError

_ends = {"length": State.LENGTH}


class Hearing:
    """One thread runs it, another takes the words as they come. Thoughts are passed over."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._words: list[str] = []
        self._length = 0
        self._wanted: State | None = None
        self._changed = threading.Condition()
        self._told_to_end = threading.Event()
        self.state = State.RUNNING
        self.failure: InferenceError | None = None

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
        words: list[str] = []
        for event in batch:
            match event:
                case model_says.Text(text):
                    words.append(text)
                case model_says.Finished(reason):
                    self._wanted = self._wanted or _ends.get(reason)
        if words:
            self._say(clean("".join(words))[: LONGEST_ANSWER - self._length])

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
                self.state = self._wanted or state
            self._changed.notify_all()
