"""Looks at how the app is set up, and says of each thing how it is and what to do: `flask doctor`, and `/setup`."""

from parley.doctor import way
from parley.doctor.examination import examine, summary
from parley.doctor.finding import Finding, Verdict

__all__ = ["Finding", "Verdict", "examine", "summary", "way"]
