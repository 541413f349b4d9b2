"""What the app takes while it serves: memory, descriptors and processor time of all its processes."""

import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.processes import Process

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """Memory is in MB: `own` is what would be free without these processes, `shared` adds their share of the rest.

    `processor` and `waiting` are the seconds since the start in which they ran, and in which they could have run and
    others did: an app that waits as long as it runs is slow for want of a machine.
    """

    at: float
    own: float
    shared: float
    descriptors: int
    processor: float
    waiting: float


def sample(server: Process) -> Sample | None:
    """None while the app is down, or on its way up or down."""
    try:
        tree = server.tree
        memory = [process.memory_full_info() for process in tree]
        times = [process.cpu_times() for process in tree]
        waiting = sum(_waiting(process.pid) for process in tree)
        descriptors = sum(process.num_fds() for process in tree)
    except (psutil.Error, OSError):
        return None
    return Sample(
        at=time.time(),
        own=sum(one.uss for one in memory) / MEGABYTE,
        shared=sum(one.pss for one in memory) / MEGABYTE,
        descriptors=descriptors,
        processor=sum(one.user + one.system for one in times),
        waiting=waiting,
    )


def spent_by(server: Process) -> float:
    """Milliseconds for which all its threads have run, as Linux's scheduler counts them, whoever else is busy."""
    tasks = (task for process in server.tree for task in Path(f"/proc/{process.pid}/task").iterdir())
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6


def _waiting(process: int) -> float:
    """Seconds; Linux tells them, others don't."""
    told = Path(f"/proc/{process}/schedstat")
    return int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0
