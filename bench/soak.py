"""Five hundred streams for ten minutes, with a restart of each kind on the way; then everything is counted.

python -m bench.soak --streams 500 --minutes 10
"""

import argparse
import json
import pickle
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import serving
from bench.evidence import collect
from bench.ledger import Ledger
from bench.report import Report
from bench.restarts import Restarts
from bench.verdict import Verdict
from bench.watch import Watch
from tests.processes import ROOT, Process

WORKERS = {"postgresql": 2, "sqlite": 1}
SECONDS_TO_SAY = 40  # words of an answer, on average, as seconds at the pace of the model


def main() -> None:
    """Run the plan; end with 1 if anything was lost or went wrong."""
    options = _options()
    _allow_many_descriptors()
    with _folder(options.folder) as folder:
        sys.exit(0 if _soak(options, folder) else 1)


def _soak(options: argparse.Namespace, folder: Path) -> bool:
    workers = options.workers or WORKERS[options.database]
    with (
        serving.database(options.database, folder) as database,
        serving.model_service(folder, options.pace, options.seed) as upstream,
        serving.app(folder, database, upstream, workers) as server,
    ):
        with Restarts(server, options.minutes) as restarts:
            watch = Watch(server, upstream)
            for counts in _visit(options, folder / "ledger", server):
                watch.look(counts)
        ledger: Ledger = pickle.loads((folder / "ledger").read_bytes())
        print(f"{len(ledger.said)} messages were acknowledged; counting what is kept", flush=True)
        kept = collect(server, upstream, ledger)
        kills = [restart for restart in restarts.done if restart.name == "SIGKILL"]
        verdict = Verdict(ledger, kept, kills)
        verdict.wrong.extend(restarts.mistakes)
        report = Report(options.minutes, ledger, restarts.done, watch.samples, server.log)
    print(*report.lines(verdict), sep="\n")
    return report.is_good(verdict)


def _visit(options: argparse.Namespace, ledger: Path, server: Process) -> Iterator[dict[str, int]]:
    """Let the visitors in; yields what they count, every few seconds until they have left."""
    words = options.pace * SECONDS_TO_SAY
    arguments = {
        "url": server.url,
        "ledger": ledger,
        "streams": options.streams,
        "minutes": options.minutes,
        "mean": words,
        "seed": options.seed,
    }
    command = [sys.executable, "-m", *serving.ON_GREENLETS, "bench.visitors"]
    command += [f"--{name}={value}" for name, value in arguments.items()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as visitors:
        assert visitors.stdout
        yield from map(json.loads, visitors.stdout)
    if visitors.returncode:
        raise SystemExit("The visitors' process broke.")


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    """Where logs and ledger go: to stay, if somebody says where."""
    if wanted:
        wanted.mkdir(parents=True)
        yield wanted
    else:
        with tempfile.TemporaryDirectory(prefix="parley-soak-") as name:
            yield Path(name)


def _allow_many_descriptors() -> None:
    """A stream takes two of the app's, and the processes that are started from here inherit the limit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description="Many readers for some minutes, and two restarts on the way.")
    arguments.add_argument("--streams", type=int, default=500)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--database", choices=list(WORKERS), default="postgresql")
    arguments.add_argument("--workers", type=int, help="2 on PostgreSQL, 1 on SQLite, unless said otherwise")
    arguments.add_argument("--pace", type=float, default=2, help="tokens a second, for each answer")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--folder", type=Path, help="a new folder, to keep the app's log and the ledger in")
    return arguments.parse_args()


if __name__ == "__main__":
    main()
