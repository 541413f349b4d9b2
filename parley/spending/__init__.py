"""What is spent on models: single calls, the allowance of a day, and what many calls add up to. All are values."""

from parley.spending.allowance import Allowance, Day, until_midnight
from parley.spending.entry import Entry
from parley.spending.sums import Sums

__all__ = ["Allowance", "Day", "Entry", "Sums", "until_midnight"]
