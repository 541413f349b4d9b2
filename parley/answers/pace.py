"""How often the model's words are read, and readers told: less often the more answers are given at a time."""

from collections.abc import Callable

SHORTEST = 0.05  # seconds between two reads: nobody reads faster, and each read then holds several words
LONGEST = 0.4
FOR_EACH = 0.0004  # seconds more for each answer: what a read costs beside its words is then spent half as often at 250

Pace = Callable[[], float]


def usual() -> float:
    """Seconds between two reads where hardly anything else goes on."""
    return SHORTEST


def among(answers: int) -> float:
    """Seconds between two reads of each of so many answers."""
    return min(LONGEST, max(SHORTEST, answers * FOR_EACH))
