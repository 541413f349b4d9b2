"""How long the app takes from its start to its first page, and how much a browser loads with that.

python -m bench.first_load
"""

import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import requests

from bench import serving
from bench.dyno import OURS, THEIRS, metronome, on_core, usual_database
from bench.gauges import spent_by
from tests.processes import Process

RUNS = 3


@dataclass(frozen=True)
class Load:
    """What a browser asks for with a page: bytes are those that travel."""

    requests: int
    size: int
    scripts: int


def main() -> None:
    """Print both, as two sentences."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as name, on_core(THEIRS):
        folder = Path(name)
        with serving.database(usual_database(), folder) as address, metronome(folder) as model:
            app = serving.app(folder, address, model, workers=1)
            starts = [_start(app) for _ in range(RUNS)]
            app.start()
            load = _load(app.url)
            app.crash()
    seconds, processor = (median(figures) for figures in zip(*starts, strict=True))
    print(f"From the start to the first page: {seconds:.1f} s, {processor / 1000:.1f} of them on the processor.")
    print(f"With the page come {load.requests} requests, {load.size:,} bytes, {load.scripts:,} of them scripts.")


def _start(app: Process) -> tuple[float, float]:
    """Seconds until the first page is there, and milliseconds of the processor."""
    began = time.monotonic()
    with on_core(OURS):
        app.start()
    requests.get(app.url, timeout=30).raise_for_status()
    taken = time.monotonic() - began, spent_by(app)
    app.crash()
    return taken


def _load(url: str) -> Load:
    page = _size_of(url)
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', requests.get(url, timeout=30).text)
    sizes = {address: _size_of(url + address) for address in addresses}
    scripts = sum(size for address, size in sizes.items() if address.endswith(".js"))
    return Load(1 + len(sizes), page + sum(sizes.values()), scripts)


def _size_of(address: str) -> int:
    """Bytes of what comes, compressed as all browsers take it."""
    with requests.get(address, headers={"Accept-Encoding": "br, gzip"}, stream=True, timeout=30) as response:
        response.raise_for_status()
        return len(response.raw.read(decode_content=False))


if __name__ == "__main__":
    main()
