"""A semaphore that serves whoever came first. Python's own lets others overtake, under load for as long as it lasts."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class FairSemaphore:
    """So many places. Whoever leaves one hands it to who has waited longest, so nobody can take it in between."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[threading.Lock] = deque()
        self._mutex = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._waiting)

    @contextmanager
    def place(self, seconds: float) -> Iterator[None]:
        """Have one while the block runs. Raises TimeoutError where none was to be had in so many seconds."""
        if not self._enter(seconds):
            raise TimeoutError(f"no place was free for {seconds:.0f} seconds")
        try:
            yield
        finally:
            self._leave()

    def _enter(self, seconds: float) -> bool:
        with self._mutex:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        return turn.acquire(timeout=seconds) or not self._gave_up(turn)

    def _gave_up(self, turn: threading.Lock) -> bool:
        """Whether it was in time to: a place may have been handed over at the last moment."""
        with self._mutex:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return True
            return False

    def _leave(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
