"""Waiting for what happens, rather than for time to pass."""

import time
from collections.abc import Callable

GLANCE = 0.05  # seconds between two looks
PATIENCE = 10.0  # seconds after which it is given up


def eventually(holds: Callable[[], object], within: float = PATIENCE) -> bool:
    """Whether something comes to hold in time."""
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(GLANCE)
    return True
