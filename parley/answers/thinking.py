"""How long a model thinks before it speaks."""

import time


class Thinking:
    """The time from the first thought to the next word, or to the end, added to that of earlier attempts."""

    def __init__(self, before: float | None) -> None:
        self._sum = before
        self._since: float | None = None

    @property
    def seconds(self) -> float | None:
        """So far. None where it has not thought at all."""
        if self._since is None:
            return self._sum
        return round((self._sum or 0) + time.monotonic() - self._since, 2)

    def begin(self) -> None:
        """A thought has come."""
        self._since = self._since or time.monotonic()

    def end(self) -> bool:
        """A word has come, or nothing will any more. Whether that ended a thought."""
        was_thinking = self._since is not None
        self._sum, self._since = self.seconds, None
        return was_thinking
