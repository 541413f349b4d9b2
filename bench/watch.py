"""Watching a run: a sample every few seconds, and a line now and then."""

import os
import time
from typing import NamedTuple

import requests

from bench.gauges import Sample, sample
from tests.processes import Process

LINE_EVERY = 30  # seconds
COLUMNS = (
    "minute",
    "streams",
    "readers",
    "tokens/s",
    "messages",
    "failures",
    "MB",
    "files",
    "CPU",
    "load",
)  # the load is that of the whole machine


class Count(NamedTuple):
    """What adds up; a line tells the difference to the one before."""

    at: float
    tokens: int
    processor: float


class Watch:
    """Told every few seconds what the visitors count, it adds what the model says and what the app takes."""

    def __init__(self, server: Process, upstream: Process) -> None:
        self.samples: list[Sample] = []
        self._server = server
        self._upstream = upstream
        self._begun = time.time()
        self._last = Count(self._begun, 0, 0.0)
        _print(COLUMNS)

    def look(self, visitors: dict[str, int]) -> None:
        found = sample(self._server)
        if found:
            self.samples.append(found)
        if time.time() - self._last.at >= LINE_EVERY:
            self._say(visitors, found)

    def _say(self, visitors: dict[str, int], found: Sample | None) -> None:
        model = requests.get(self._upstream.url, timeout=5).json()
        now = Count(time.time(), model["tokens"], found.processor if found else 0.0)
        seconds = now.at - self._last.at
        pace = (now.tokens - self._last.tokens) / seconds
        begun_anew = now.processor < self._last.processor
        busy = (now.processor - (0.0 if begun_anew else self._last.processor)) / seconds
        taken = (f"{found.shared:.0f}", found.descriptors, f"{busy:.0%}") if found else ("down", "", "")
        load = f"{os.getloadavg()[0]:.1f}"
        minute = f"{(now.at - self._begun) / 60:.1f}"
        _print(
            (
                minute,
                model["streams"],
                visitors["reading"],
                f"{pace:.0f}",
                visitors["said"],
                visitors["failures"],
                *taken,
                load,
            )
        )
        self._last = now


def _print(cells: tuple[object, ...]) -> None:
    print("".join(f"{cell:>10}" for cell in cells), flush=True)
