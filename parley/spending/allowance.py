"""What may be spent in a day, and how much of that is left."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

FEW = 0.2  # of the allowance: where less is left, visitors are told

USED_UP = "Today's allowance is used up, so no model can be asked."
MEANWHILE = "Until then, what was said can be read, searched and taken away."


@dataclass(frozen=True)
class Day:
    """What was spent on a day, and what is set aside for calls that run: tokens."""

    spent: int = 0
    reserved: int = 0


@dataclass(frozen=True)
class Allowance:
    """The tokens of a day. With fewer than `least` not even a short question gets an answer."""

    tokens: int
    day: Day
    least: int = 0

    @property
    def left(self) -> int:
        """What nobody has spent. What is set aside mostly comes back, so nobody is told of that."""
        return max(0, self.tokens - self.day.spent)

    @property
    def free(self) -> int:
        """What may be set aside now."""
        return max(0, self.left - self.day.reserved)

    @property
    def is_spent(self) -> bool:
        return self.left < self.least

    @property
    def is_running_out(self) -> bool:
        return not self.is_spent and self.left < FEW * self.tokens

    @property
    def percent_left(self) -> int:
        """In whole percents, and never none while something can be had for it."""
        return max(1, 100 * self.left // self.tokens)

    @property
    def words(self) -> str | None:
        """What visitors are told of it: nothing, as long as there is plenty."""
        if self.is_spent:
            return f"{USED_UP} {begins_anew()} {MEANWHILE}"
        if self.is_running_out:
            return f"About {self.percent_left}% of today's allowance is left. {begins_anew()}"
        return None


def until_midnight(now: datetime | None = None) -> float:
    """Seconds until the next day begins, by UTC."""
    now = now or datetime.now(UTC)
    return (datetime.combine(now.date() + timedelta(days=1), time(), UTC) - now).total_seconds()


def begins_anew() -> str:
    """When there is a whole allowance again, in a sentence."""
    return f"It begins anew {_in_words(until_midnight())}, at 00:00 UTC."


def _in_words(seconds: float) -> str:
    """How far off something is, as one says it."""
    minutes = max(1, round(seconds / 60))
    if minutes < 90:
        return "in a minute" if minutes == 1 else f"in {minutes} minutes"
    return f"in {round(minutes / 60)} hours"
