"""What some calls to models add up to."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Sums:
    """Tokens as read and written, by the models' own count or about; milliseconds to the first token.

    The day or the model is none where all of them are taken together.
    """

    day: date | None = None
    model: str | None = None
    answers: int = 0
    failures: int = 0
    read: int = 0
    written: int = 0
    is_estimated: bool = False
    median: int | None = None
    slowest: int | None = None  # that 95 of 100 are no slower than

    @property
    def tokens(self) -> int:
        return self.read + self.written
