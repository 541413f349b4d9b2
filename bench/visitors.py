"""All the visitors, in one process: each a thread, on greenlets.

    python -m gevent.monkey --module bench.visitors --url http://127.0.0.1:5000 --ledger ledger --streams 500

It prints a line of JSON every few seconds, and at the end writes its ledger for the verdict.
"""

import argparse
import json
import pickle
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from bench.browser import Browser
from bench.ledger import Ledger
from bench.visitor import Visitor

RAMP = 30  # seconds over which they arrive
LAST_ORDERS = 30  # seconds after closing time by which they have to leave, answer or not
REPORT = 5  # seconds between two lines


def main() -> None:
    """Let them in one after the other, and wait until all have left."""
    options = _options()
    ledger = Ledger()
    closing_time = time.time() + options.minutes * 60
    threads = [
        threading.Thread(target=_visit, args=(options, number, ledger, closing_time), daemon=True)
        for number in range(options.streams)
    ]
    threading.Thread(target=_let_in, args=(threads, min(RAMP, options.minutes * 15)), daemon=True).start()
    for _ in _ticks(threads, closing_time):
        counts = {"reading": ledger.reading, "said": len(ledger.said), "failures": len(ledger.failures)}
        print(json.dumps(counts), flush=True)
    options.ledger.write_bytes(pickle.dumps(ledger))


def _visit(options: argparse.Namespace, number: int, ledger: Ledger, closing_time: float) -> None:
    browser = Browser(options.url, ledger, closing_time + LAST_ORDERS)
    random = Random(f"{options.seed} {number}")
    Visitor(number, browser, ledger, random, options.mean).live_until(closing_time)


def _let_in(threads: list[threading.Thread], seconds: float) -> None:
    for thread in threads:
        thread.start()
        time.sleep(seconds / len(threads))


def _ticks(threads: list[threading.Thread], closing_time: float) -> Iterator[None]:
    """Something every few seconds, until all have left or would not."""
    while time.time() < closing_time or any(thread.is_alive() for thread in threads):
        time.sleep(REPORT)
        yield
        if time.time() > closing_time + 2 * LAST_ORDERS:
            return


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description="Visitors by the hundred.")
    arguments.add_argument("--url", required=True)
    arguments.add_argument("--ledger", type=Path, required=True)
    arguments.add_argument("--streams", type=int, default=500)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--mean", type=float, default=40, help="words of an answer, on average")
    arguments.add_argument("--seed", type=int, default=1)
    return arguments.parse_args()


if __name__ == "__main__":
    main()
