"""How long the pages take of somebody who has ten thousand conversations, and how large they are.

python -m bench.pages --conversations 10000
"""

import argparse
import gzip
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from sqlalchemy import text

from app import create_app
from bench import seeding
from bench.gauges import spent_by
from bench.serving import database
from parley.config import Config
from tests import processes
from tests.postgresql import PostgreSQL
from tests.processes import Process
from tests.upstream import Upstream

SECRET = "a secret of the bench"
ROUNDS, WARM_UP, STARTS = 50, 5, 7

PAGES = {
    "`GET /`, with the sidebar": "/",
    "`GET /conversations`": "/conversations",
    "the same, further down": "/conversations?before={}",
    "`GET /conversations?q=`, a rare word": f"/conversations?q={seeding.RARE}",
    "a frequent word": f"/conversations?q={seeding.FREQUENT}",
    "the beginning of many words": f"/conversations?q={seeding.BEGINNING}",
    "two words": f"/conversations?q={seeding.FREQUENT}+{seeding.RARE}",
    f"a conversation of {seeding.LONG_MESSAGES} messages": f"/conversations/{seeding.LONG}",
}
SHORT, LONG = f"/conversations/{seeding.SHORT}", f"/conversations/{seeding.LONG}"


@dataclass(frozen=True)
class Measured:
    """How a page was served: its times in milliseconds, those of the processor, its size, as it is and compressed."""

    name: str
    times: list[float]
    processor: float
    size: int
    compressed: int

    def __str__(self) -> str:
        middle, late = statistics.median(self.times), _late(self.times)
        sizes = f"{self.size / 1000:,.1f} | {self.compressed / 1000:,.1f}"
        return f"| {self.name} | {self.processor:.1f} | {middle:.1f} | {late:.1f} | {sizes} |"


def _late(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def main() -> None:
    """Fill each kind of database, serve it, and print a table."""
    options = _options()
    for kind in ["sqlite", "postgresql"] if PostgreSQL.is_installed() else ["sqlite"]:
        with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder, _app(kind, Path(folder)) as app:
            visitor = requests.Session()
            seconds = _fill(app, visitor, options.conversations)
            print(f"\n{kind}: {options.conversations:,} conversations, put there in {seconds:.0f} s\n")
            print("| page | CPU-ms | median ms | p95 ms | KB | KB gzipped |", "|---|--:|--:|--:|--:|--:|", sep="\n")
            print(_first("the long conversation below, when it was never shown", visitor, app, starts=1))
            print(_first("the same, the first time after a start", visitor, app, starts=STARTS), flush=True)
            for name, address in PAGES.items():
                print(_measured(name, visitor, app, address.format(_middle())), flush=True)


@contextmanager
def _app(kind: str, folder: Path) -> Iterator[Process]:
    """One process of it, under gunicorn, with a model's service that nobody asks anything but what models it has."""
    with Upstream() as upstream, database(kind, folder) as address:
        env = {"SECRET_KEY": SECRET, "DATABASE_URL": address, "WEB_CONCURRENCY": "1", **upstream.env}
        with processes.app(folder, env) as app:
            yield app


def _fill(app: Process, visitor: requests.Session, count: int) -> float:
    visitor.get(app.url).raise_for_status()
    with processes.database(app) as kept:
        began = time.perf_counter()
        seeding.fill(kept, id_in(visitor.cookies["parley"]), count)
        with kept.writing() as connection:
            connection.execute(text("ANALYZE"))  # as PostgreSQL does by itself, a minute later
    return time.perf_counter() - began


def id_in(cookie: str) -> str:
    """Who somebody is, by the cookie that the app gave them."""
    reader = create_app(Config(secret_key=SECRET))
    signer = reader.session_interface.get_signing_serializer(reader)  # type: ignore[attr-defined]
    known: str = signer.loads(cookie)["visitor"]
    return known


def _middle() -> str:
    """A place in the middle of the list."""
    return f"{int((time.time() - 30 * 24 * 3600) * 1_000_000)}-{seeding.LONG}"


def _first(name: str, visitor: requests.Session, app: Process, starts: int) -> Measured:
    """The long conversation, each time by a process that has shown nothing but a short one."""
    times, processor = [], []
    for _ in range(starts):
        app.crash()
        app.start()
        visitor.get(app.url + SHORT).raise_for_status()
        page, milliseconds, spent = _timed(visitor, app, LONG)
        times.append(milliseconds)
        processor.append(spent)
    return Measured(name, times, statistics.median(processor), len(page.content), len(gzip.compress(page.content)))


def _timed(visitor: requests.Session, app: Process, address: str) -> tuple[requests.Response, float, float]:
    """A page, and the milliseconds it took: of whoever asks, and of the processor."""
    before, began = spent_by(app), time.perf_counter()
    page = visitor.get(app.url + address)
    milliseconds = 1000 * (time.perf_counter() - began)
    page.raise_for_status()
    return page, milliseconds, spent_by(app) - before


def _measured(name: str, visitor: requests.Session, app: Process, address: str) -> Measured:
    for _ in range(WARM_UP):
        visitor.get(app.url + address)
    times, before = [], spent_by(app)
    for _ in range(ROUNDS):
        began = time.perf_counter()
        page = visitor.get(app.url + address)
        times.append(1000 * (time.perf_counter() - began))
        page.raise_for_status()
    processor = (spent_by(app) - before) / ROUNDS
    return Measured(name, times, processor, len(page.content), len(gzip.compress(page.content)))


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description="Pages of somebody who has many conversations.")
    arguments.add_argument("--conversations", type=int, default=10_000)
    return arguments.parse_args()


if __name__ == "__main__":
    main()
