"""What was looked at, and how it is."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How something is. Only what is broken keeps the app from doing its work."""

    WELL = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """A line for the operator: how it is, and what to do about it. It holds no secret."""

    subject: str
    verdict: Verdict
    words: str
    remedy: str = ""

    @property
    def line(self) -> str:
        return f"{self.words} {self.remedy}".rstrip()


def well(subject: str, words: str) -> Finding:
    return Finding(subject, Verdict.WELL, words)


def warning(subject: str, words: str, remedy: str) -> Finding:
    return Finding(subject, Verdict.WARNING, words, remedy)


def broken(subject: str, words: str, remedy: str) -> Finding:
    return Finding(subject, Verdict.BROKEN, words, remedy)
