"""What the app takes while it serves: memory, descriptors and processor time of all its processes."""

import time
from dataclasses import dataclass

import psutil

from tests.processes import Process

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """Memory is in MB: `own` is what would be free without these processes, `shared` adds their share of the rest."""

    at: float
    own: float
    shared: float
    descriptors: int
    processor: float


def sample(server: Process) -> Sample | None:
    """None while the app is down, or on its way up or down."""
    try:
        tree = server.tree
        memory = [process.memory_full_info() for process in tree]
        times = [process.cpu_times() for process in tree]
        descriptors = sum(process.num_fds() for process in tree)
    except psutil.Error:
        return None
    return Sample(
        at=time.time(),
        own=sum(one.uss for one in memory) / MEGABYTE,
        shared=sum(one.pss for one in memory) / MEGABYTE,
        descriptors=descriptors,
        processor=sum(one.user + one.system for one in times),
    )
