"""The tokens of each day as bars: where they stand in a box of 1000 by 100, which a page makes as large as it likes."""

from collections.abc import Sequence
from dataclasses import dataclass

from parley.spending.sums import Sums

WIDTH, HEIGHT = 1000, 100
GAP = 0.2  # of the place that a bar has


@dataclass(frozen=True)
class Bar:
    """What was read stands on the ground, what was written on top of it."""

    sums: Sums
    x: float
    width: float
    read: float
    written: float

    @property
    def top(self) -> float:
        return round(HEIGHT - self.read - self.written, 2)

    @property
    def middle(self) -> float:
        return round(HEIGHT - self.read, 2)


def bars(days: Sequence[Sums]) -> list[Bar]:
    """One for each day, the highest as high as the box."""
    place = WIDTH / len(days)
    scale = HEIGHT / max(1, *(sums.tokens for sums in days))
    return [_bar(sums, number * place, place, scale) for number, sums in enumerate(days)]


def _bar(sums: Sums, start: float, place: float, scale: float) -> Bar:
    x, width = start + place * GAP / 2, place * (1 - GAP)
    return Bar(sums, round(x, 2), round(width, 2), round(sums.read * scale, 2), round(sums.written * scale, 2))
