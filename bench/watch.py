"""Watching a run: a sample every few seconds, and a line now and then."""

import time
from typing import NamedTuple

import requests

from bench.gauges import Sample, sample
from tests.processes import Process

LINE_EVERY = 30  # seconds
COLUMNS = ("minute", "streams", "readers", "tokens/s", "messages", "failures", "MB", "files", "CPU", "waits")


class Count(NamedTuple):
    """What adds up; a line tells the difference to the one before. The last two begin anew with the app."""

    at: float
    tokens: int
    processor: float
    waiting: float


class Watch:
    """Told every few seconds what the visitors count, it adds what the model says and what the app takes."""

    def __init__(self, server: Process, upstream: Process) -> None:
        self.samples: list[Sample] = []
        self._server = server
        self._upstream = upstream
        self._begun = time.time()
        self._last = Count(self._begun, 0, 0.0, 0.0)
        _print(*COLUMNS)

    def look(self, visitors: dict[str, int]) -> None:
        found = sample(self._server)
        if found:
            self.samples.append(found)
        if time.time() - self._last.at >= LINE_EVERY:
            self._say(visitors, found)

    def _say(self, visitors: dict[str, int], found: Sample | None) -> None:
        model = requests.get(self._upstream.url, timeout=5).json()
        now = Count(time.time(), model["tokens"], *((found.processor, found.waiting) if found else (0.0, 0.0)))
        minute = f"{(now.at - self._begun) / 60:.1f}"
        pace = f"{(now.tokens - self._last.tokens) / (now.at - self._last.at):.0f}"
        taken = (f"{found.shared:.0f}", found.descriptors, *self._shares(now)) if found else ("down",)
        counts = (visitors["reading"], pace, visitors["said"], visitors["failures"])
        _print(minute, model["streams"], *counts, *taken)
        self._last = now

    def _shares(self, now: Count) -> tuple[str, str]:
        """Of the time since the last line, how much the app ran, and how much it waited to run."""
        last = self._last if now.processor >= self._last.processor else Count(self._last.at, 0, 0.0, 0.0)
        seconds = now.at - last.at
        return f"{(now.processor - last.processor) / seconds:.0%}", f"{(now.waiting - last.waiting) / seconds:.0%}"


def _print(*cells: object) -> None:
    print("".join(f"{cell:>10}" for cell in cells), flush=True)
