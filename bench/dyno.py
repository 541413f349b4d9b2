"""The app as on a Basic dyno: one process, one core. Everything else that a run needs is kept to another core."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bench import serving
from bench.gauges import spent_by
from tests.postgresql import PostgreSQL
from tests.processes import Process, free_port

CORES = sorted(os.sched_getaffinity(0))
OURS, THEIRS = CORES[0], CORES[-1]
MEGABYTE = 1024 * 1024
GLANCE = 1.0  # seconds between two looks at the memory


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Whatever is started inside stays on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class Dyno:
    """The app, and the service whose models it asks. `relay` is the plainest app in its place."""

    app: Process
    model: Process
    relay: Process


def memory_of(server: Process) -> float:
    """Megabytes: what is its own, and its share of what it has in common with others."""
    return sum(process.memory_full_info().pss for process in server.tree) / MEGABYTE


class Gauge:
    """Looks at the memory now and then, for the most there was. `spent` is the processor's time, in milliseconds."""

    def __init__(self, server: Process) -> None:
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on)
        self.most = 0.0

    def __enter__(self) -> Self:
        self._before = spent_by(self._server)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.spent = spent_by(self._server) - self._before
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._over.wait(GLANCE):
            self.most = max(self.most, memory_of(self._server))


def usual_database() -> str:
    """The kind that a dyno has, where it is installed. Its processes are not the dyno's."""
    return "postgresql" if PostgreSQL.is_installed() else "sqlite"


@contextmanager
def dyno(kind: str, folder: Path) -> Iterator[Dyno]:
    """One that runs."""
    with on_core(THEIRS), serving.database(kind, folder) as address, metronome(folder) as model:
        app, plain = serving.app(folder, address, model, workers=1), relay(folder, model)
        with on_core(OURS):
            app.start()
            plain.start()
        try:
            yield Dyno(app, model, plain)
        finally:
            plain.crash()
            app.crash()


def relay(folder: Path, model: Process) -> Process:
    port = free_port()
    command = ["gunicorn", "--config", "python:bench.relay", "--bind", f"127.0.0.1:{port}"]
    return Process(command, {"INFERENCE_URL": model.url}, port, folder / "relay.log")


def metronome(folder: Path) -> Process:
    port = free_port()
    return Process(["bench.metronome", "--port", str(port)], {}, port, folder / "metronome.log")
