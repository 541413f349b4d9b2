"""What very many answers at once cost on one core, and how late their words are.

python -m bench.streams --streams 1 50 200
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Self

import orjson

from bench.dyno import THEIRS, Dyno, Gauge, dyno, memory_of, on_core, usual_database
from tests.processes import ROOT

LEVELS = (1, 50, 200, 500, 1000)
TOKENS, ANSWERS = 200, 2
TURNS = 20  # of each of twenty readers: what a turn takes where there are many, not what the first ones take
HEAD = (
    "| streams | errors | first token later, p50 | p99 | a token late, p50 | p99 | direct, p50 | p99"
    " | CPU-ms per 1,000 tokens | without the turns | of a plain relay | MB | core 0 |"
)


@dataclass(frozen=True)
class Run:
    """Milliseconds, but for errors, megabytes and the share of its core that the app had."""

    errors: float
    first: float
    first_p99: float
    late: float
    late_p99: float
    direct: float
    direct_p99: float
    processor: float
    relay: float
    megabytes: float
    share: float

    @classmethod
    def of(cls, told: dict[str, Any], gauge: Gauge, tokens: int, relay: float = 0) -> Self:
        app, direct = told["app"], told["direct"]
        return cls(
            errors=len(app["errors"]),
            first=at(app["first"], 50) - at(direct["first"], 50),
            first_p99=at(app["first"], 99) - at(direct["first"], 99),
            late=at(app["late"], 50),
            late_p99=at(app["late"], 99),
            direct=at(direct["late"], 50),
            direct_p99=at(direct["late"], 99),
            processor=gauge.spent / tokens * 1000,
            relay=relay,
            megabytes=gauge.most,
            share=gauge.spent / told["seconds"] / 10,
        )


def at(times: list[float], percent: int) -> float:
    return quantiles(times, n=100)[percent - 1] if len(times) > 1 else sum(times)


def main() -> None:
    """Print a table: each row the medians of some runs."""
    options = _options()
    _allow_many_descriptors()
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder, dyno(options.database, Path(folder)) as served:
        _listen(served, streams=10, tokens=TOKENS)
        turn = _milliseconds_of_a_turn(served)
        print(
            f"{options.database}; idle {memory_of(served.app):.0f} MB; a turn, whatever its length, {turn:.1f} CPU-ms\n"
        )
        print(HEAD, "|--:" * HEAD.count(" |") + "|", sep="\n")
        for streams in options.streams:
            runs = [
                _listen(served, streams, TOKENS, options.folder, relay=_relayed(served, streams, TOKENS))
                for _ in range(options.runs)
            ]
            print(_row(streams, _medians(runs), turn), flush=True)


def _milliseconds_of_a_turn(served: Dyno) -> float:
    """Of the processor: what it takes to keep a question, ask a model, and keep and show the end of its answer."""
    runs = [_listen(served, streams=20, tokens=1, ramp=1.0, answers=TURNS) for _ in range(3)]
    return median(run.processor / 1000 for run in runs)


def _listen(
    served: Dyno,
    streams: int,
    tokens: int,
    folder: Path | None = None,
    ramp: float | None = None,
    relay: float = 0,
    answers: int = ANSWERS,
) -> Run:
    """Let readers come, and see what they note and what that costs."""
    with Gauge(served.app) as gauge:
        out = _heard(
            app=served.app.url, model=served.model.url, streams=streams, tokens=tokens, ramp=ramp, answers=answers
        )
    told = orjson.loads(out)
    if folder:
        (folder / f"{streams}.json").write_bytes(out)
    for error in told["app"]["errors"][:3]:
        print(error, file=sys.stderr)
    return Run.of(told, gauge, streams * tokens * answers, relay)


def _relayed(served: Dyno, streams: int, tokens: int) -> float:
    """What a thousand tokens cost where they are only passed on, with as many readers. In CPU-ms."""
    with Gauge(served.relay) as gauge:
        _heard(app=served.app.url, model=served.relay.url, streams=0, direct=streams, tokens=tokens, answers=ANSWERS)
    return gauge.spent / (streams * tokens * ANSWERS) * 1000


def _heard(**options: Any) -> bytes:
    """What readers noted, who are ready before the time begins to count."""
    told = {name: value for name, value in options.items() if value is not None}
    command = [sys.executable, "-m", "bench.listeners", *(f"--{name}={value}" for name, value in told.items())]
    with on_core(THEIRS):
        listeners = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert listeners.stdout
    listeners.stdout.readline()
    out, _ = listeners.communicate(b"\n")
    return out


def _medians(runs: list[Run]) -> Run:
    return Run(**{name: median(vars(run)[name] for run in runs) for name in vars(runs[0])})


def _row(streams: int, run: Run, turn: float) -> str:
    times = (run.first, run.first_p99, run.late, run.late_p99, run.direct, run.direct_p99)
    words_alone = run.processor - turn * 1000 / TOKENS
    cells = [f"{streams:,}", f"{run.errors:.0f}", *(f"{one:,.0f}" for one in times)]
    cells += [
        f"{run.processor:.0f}",
        f"{words_alone:.0f}",
        f"{run.relay:.0f}",
        f"{run.megabytes:.0f}",
        f"{run.share:.0f} %",
    ]
    return f"| {' | '.join(cells)} |"


def _allow_many_descriptors() -> None:
    """A stream takes two of the app's, and the processes that are started from here inherit the limit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description="Very many answers at once.")
    arguments.add_argument("--streams", type=int, nargs="+", default=list(LEVELS))
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--database", choices=["sqlite", "postgresql"], default=usual_database())
    arguments.add_argument("--folder", type=Path, help="where to leave what the readers noted")
    return arguments.parse_args()


if __name__ == "__main__":
    main()
