"""What happened when, while an answer was given."""

from dataclasses import dataclass

SPANS = ("connected", "first_byte", "first_thought", "first_token", "longest_gap", "last_token", "ended")


@dataclass(frozen=True)
class Timings:
    """Milliseconds since the question was accepted, but for the longest gap between two reads, which is a span.

    What did not happen is None. Of an answer that went on, or was asked for again in its place, these are of the last
    time.
    """

    connected: int | None = None
    first_byte: int | None = None
    first_thought: int | None = None
    first_token: int | None = None
    longest_gap: int | None = None
    last_token: int | None = None
    ended: int | None = None
    retries: int = 0
    reconnects: int = 0
    accepted_at: str | None = None
    finish: str | None = None
    failure: str | None = None

    @property
    def first_sign(self) -> int | None:
        """When there was something to be seen, a thought or a word."""
        return min(filter(None, (self.first_thought, self.first_token)), default=None)

    @property
    def spans(self) -> dict[str, int]:
        """All that is a number of milliseconds, in the order in which it happens."""
        named = {name: getattr(self, name) for name in SPANS}
        return {name: value for name, value in named.items() if value is not None}
