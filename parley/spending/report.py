"""What models took in some days, as the operator reads it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from parley.spending.allowance import Allowance, Day
from parley.spending.sums import Sums


@dataclass(frozen=True)
class Report:
    """The sums of the days from `since` to `today`: by day, newest first; by model, the one that took most first."""

    since: date
    today: date
    total: Sums
    by_day: Sequence[Sums]
    by_model: Sequence[Sums]
    by_day_and_model: Sequence[Sums]
    day: Day
    allowance: Allowance | None

    @property
    def every_day(self) -> list[Sums]:
        """Oldest first, also those on which nobody asked for anything."""
        known = {sums.day: sums for sums in self.by_day}
        span = (self.today - self.since).days + 1
        days = [self.since + timedelta(days=number) for number in range(span)]
        return [known.get(day, Sums(day=day)) for day in days]

    def as_record(self) -> dict[str, Any]:
        """The same for programs."""
        tables = ("by_day", "by_model", "by_day_and_model")
        return {
            "since": self.since.isoformat(),
            "until": self.today.isoformat(),
            "today": {
                "budget": self.allowance.tokens if self.allowance else None,
                "spent": self.day.spent,
                "reserved": self.day.reserved,
                "left": self.allowance.left if self.allowance else None,
            },
            "total": _record(self.total),
            **{name: [_record(sums) for sums in getattr(self, name)] for name in tables},
        }


def _record(sums: Sums) -> dict[str, Any]:
    record = asdict(sums) | {"day": sums.day.isoformat() if sums.day else None}
    return {name: value for name, value in record.items() if name not in ("day", "model") or value is not None}
