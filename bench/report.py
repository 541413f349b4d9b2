"""What a run prints: a line now and then, and a table at the end."""

from collections.abc import Iterator, Sequence
from statistics import median

from bench.gauges import Sample
from bench.ledger import Delay, Failure, Ledger
from bench.restarts import Restart
from bench.verdict import Verdict

SETTLED = 60  # seconds after a start: from then on, memory should stay as it is
EXAMPLES = 10


class Report:
    """Of one run."""

    def __init__(
        self, minutes: float, ledger: Ledger, restarts: Sequence[Restart], samples: Sequence[Sample], log: str
    ) -> None:
        self._minutes = minutes
        self._ledger = ledger
        self._restarts = restarts
        self._samples = samples
        self._tracebacks = log.count("Traceback (most recent call last)")

    def errors(self) -> list[Failure]:
        """Failures that no restart explains."""
        return [one for one in self._ledger.failures if not self._is_in_restart(one.at, one.at)]

    def is_good(self, verdict: Verdict) -> bool:
        return not (verdict.lost or verdict.wrong or self.errors() or self._tracebacks)

    def lines(self, verdict: Verdict) -> Iterator[str]:
        yield from (f"{name:<28}{value}" for name, value in self._rows(verdict))
        for name, found in (("lost", verdict.lost), ("wrong", verdict.wrong)):
            yield f"{name} = {len(found)}"
            yield from (f"    {one}" for one in found[:EXAMPLES])

    def _rows(self, verdict: Verdict) -> Iterator[tuple[str, object]]:
        deeds = self._ledger.deeds
        yield "minutes", self._minutes
        yield "messages acknowledged", len(self._ledger.said)
        yield "answers", sum(verdict.states.values())
        for state, number in verdict.states.most_common():
            yield f"  {state}", number
        for deed in sorted(deeds):
            yield deed, deeds[deed]
        yield "seconds until acknowledged", self._spread(self._ledger.starts)
        yield "seconds until stopped", self._spread(self._ledger.stops)
        yield "failures in restarts", len(self._ledger.failures) - len(self.errors())
        yield "errors", len(self.errors())
        for error in self.errors()[:EXAMPLES]:
            yield "", error.what
        yield "tracebacks in the log", self._tracebacks
        yield from self._rows_of_restarts(verdict)
        yield from self._rows_of_lives()

    def _rows_of_restarts(self, verdict: Verdict) -> Iterator[tuple[str, object]]:
        for restart in self._restarts:
            gone, back = restart.gone - restart.sent, restart.back - restart.sent
            yield restart.name, f"gone after {gone:.1f} s, back after {back:.1f} s"
        if verdict.losses:
            yield "words lost with SIGKILL", f"seen up to {max(verdict.losses):.2f} s before it"

    def _rows_of_lives(self) -> Iterator[tuple[str, object]]:
        for life in self._lives():
            settled = next((one for one in life if one.at - life[0].at >= SETTLED), None)
            first, last = settled or life[len(life) // 2], life[-1]
            yield "from second, to second", f"{first.at - life[0].at:.0f} → {last.at - life[0].at:.0f} after a start"
            yield "  memory, MB", f"{first.shared:.0f} → {last.shared:.0f}"
            yield "  of its own, MB", f"{first.own:.0f} → {last.own:.0f}"
            yield "  descriptors", f"{first.descriptors} → {last.descriptors}"

    def _lives(self) -> list[list[Sample]]:
        """The samples between a start of the app and its end."""
        starts = [0.0, *(restart.back for restart in self._restarts)]
        ends = [*(restart.sent for restart in self._restarts), float("inf")]
        lives = [
            [one for one in self._samples if start < one.at < end] for start, end in zip(starts, ends, strict=True)
        ]
        return [life for life in lives if life]

    def _spread(self, delays: Sequence[Delay]) -> str:
        """Of those that no restart explains."""
        seconds = [one.seconds for one in delays if not self._is_in_restart(one.begun, one.begun + one.seconds)]
        return f"{median(seconds):.2f} (median), {max(seconds):.2f} (most)" if seconds else "–"

    def _is_in_restart(self, begin: float, end: float) -> bool:
        return any(restart.explains(moment) for restart in self._restarts for moment in (begin, end))
