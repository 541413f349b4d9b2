"""What is spent on models: single calls, the allowance of a day, and what many calls add up to. All are values."""

from parley.spending.allowance import MEANWHILE, USED_UP, Allowance, Day, begins_anew, until_midnight
from parley.spending.chart import Bar, bars
from parley.spending.entry import Entry
from parley.spending.report import Report
from parley.spending.sums import Sums

__all__ = [
    "MEANWHILE",
    "USED_UP",
    "Allowance",
    "Bar",
    "Day",
    "Entry",
    "Report",
    "Sums",
    "bars",
    "begins_anew",
    "until_midnight",
]
