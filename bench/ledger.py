"""What the visitors were promised and what they saw, by which the app is judged afterwards."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Said:
    """A message that the server acknowledged."""

    visitor: int
    conversation: str
    text: str
    answer: str


@dataclass(frozen=True)
class Sighting:
    """That a reader had seen an answer as far as this word, and when."""

    at: float
    word: int


@dataclass
class Heard:
    """What readers saw of one answer, whose question is `text`. `html` tells its last whole page from others."""

    conversation: str
    text: str
    sightings: list[Sighting] = field(default_factory=list)
    state: str | None = None
    html: str | None = None


@dataclass(frozen=True)
class Failure:
    """A request that came to nothing, or a stream that broke."""

    at: float
    what: str


@dataclass(frozen=True)
class Delay:
    """How long something took that began then."""

    begun: float
    seconds: float


@dataclass
class Ledger:
    """All that happened to all visitors. Times are those of `time.time`, which all processes share."""

    cookies: dict[int, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    heard: dict[str, Heard] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    starts: list[Delay] = field(default_factory=list)
    stops: list[Delay] = field(default_factory=list)
    deeds: Counter[str] = field(default_factory=Counter)
    reading: int = 0
