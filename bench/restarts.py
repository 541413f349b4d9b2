"""Ending the app in the middle of everything, once politely and once not, and starting it again."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.processes import Process

TERM_AT, KILL_AT = 0.4, 0.7  # of the time there is
SETTLING = 5  # seconds after a start in which a request may still find the door closed


@dataclass(frozen=True)
class Restart:
    """When the signal was sent, when the last process was gone, and when the app answered again."""

    name: str
    sent: float
    gone: float
    back: float

    def explains(self, moment: float) -> bool:
        """Whether a failure at that moment is no surprise."""
        return self.sent <= moment <= self.back + SETTLING


class Restarts:
    """Both of them, in a thread of its own. `done` is to be read once it has ended."""

    def __init__(self, server: Process, minutes: float) -> None:
        self.done: list[Restart] = []
        self.mistakes: list[str] = []
        self._server = server
        self._seconds = minutes * 60
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Restarts":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        begun = time.time()
        for name, share, end in (("SIGTERM", TERM_AT, self._terminate), ("SIGKILL", KILL_AT, self._server.crash)):
            if self._over.wait(begun + self._seconds * share - time.time()):
                return
            self._restart(name, end)

    def _restart(self, name: str, end: Callable[[], None]) -> None:
        sent = time.time()
        end()
        gone = time.time()
        self._server.start()
        self.done.append(Restart(name, sent, gone, time.time()))

    def _terminate(self) -> None:
        """As Heroku does: ask, and kill whoever is still there half a minute later."""
        try:
            status = self._server.end(signal.SIGTERM)
        except subprocess.TimeoutExpired:
            self.mistakes.append("after SIGTERM the app had to be killed")
            self._server.crash()
        else:
            if status != 0:
                self.mistakes.append(f"after SIGTERM the app ended with status {status}")
