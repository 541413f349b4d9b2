"""How often the model's words are read, and readers told: less often the more answers are given at a time."""

import time
from collections.abc import Callable

SHORTEST = 0.05  # seconds between two reads: nobody reads faster, and each read then holds several words
LONGEST = 0.4
FOR_EACH = 0.0005  # seconds more for each answer: what a read costs beside its words is then spent half as often at 200
TICK = 0.01  # seconds between the moments at which reads begin

Pace = Callable[[], float]


def usual() -> float:
    """Seconds between two reads where hardly anything else goes on."""
    return SHORTEST


def among(answers: int) -> float:
    """Seconds between two reads of each of so many answers."""
    return min(LONGEST, max(SHORTEST, answers * FOR_EACH))


def until_tick(pause: float) -> float:
    """About as long a pause, so that answers are read together: what a read needs is in the caches for the next."""
    now = time.monotonic()
    return round((now + pause) / TICK) * TICK - now
