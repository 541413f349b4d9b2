"""How long the rendering of a text keeps all other streams waiting, and what a piece of it costs.

    python -m bench.pieces

The text comes 30 characters at a time. A greenlet notes how much of the processor's time goes by between its turns.
"""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402 - gevent has to be first
import threading  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from statistics import mean  # noqa: E402
from time import sleep, thread_time  # noqa: E402
from typing import NamedTuple  # noqa: E402

from parley.markdown import Growing, turns  # noqa: E402

SIZE = 30
RUNS = 3  # of which the quickest counts: what others do on the machine only ever adds

SENTENCE = "The quick brown fox jumps over the lazy dog, and every word of it matters. "
CODE = Path(turns.__file__).with_name("writing.py").read_text() + Path(turns.__file__).with_name("tail.py").read_text()
TEXTS = {
    "prose": (SENTENCE * 3 + "\n\n") * 90,
    "a list": "- an item of a *list* with **bold** words and so on\n" * 400,
    "a table": "| a | b | c |\n|---|---|---|\n" + "| one | *two* | three `x` |\n" * 700,
    "a table of small cells": "|a|b|c|d|e|f|g|h|\n" + "|-" * 8 + "|\n" + "|a|b|c|d|e|f|g|h|\n" * 600,
    "quotes": "> > a *quote* of words\n" * 1_000,
    "emphasis": "*a* " * 3_000,
    "links": "See [the docs](https://example.org/a) and https://example.org/b_c now. " * 300,
    "formulas": "".join(f"So \\(x_{{{n}}}^2\\) is\n\\[ \\frac{{a_{{{n}}}}}{{b}} \\]\nand\n" for n in range(300)),
    "code": f"```python\n{CODE}```\n",
    "code in a list": "- a\n  ```python\n" + "  x = [1]  # one\n" * 600,
}


class Figures(NamedTuple):
    """Of a text, in milliseconds of the processor."""

    longest_wait: float
    longest_write: float
    first_half: float
    second_half: float


class Waiting:
    """Somebody else, who is ready at any time."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._ended = False
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()
        sleep(0)

    def end(self) -> None:
        self._ended = True
        self._thread.join()

    def _wait(self) -> None:
        while not self._ended:
            began = thread_time()
            sleep(0)
            self.longest = max(self.longest, 1000 * (thread_time() - began))


def main() -> None:
    """Print a row for each text, as docs/performance.md has them."""
    gc.collect()
    gc.freeze()
    print("| text | characters | longest wait | longest write | first half | second half |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, text in TEXTS.items():
        best = Figures(*map(min, zip(*(_measured(text) for _ in range(RUNS)), strict=True)))
        print(
            f"| {name} | {len(text):,} | {best.longest_wait:.1f} | {best.longest_write:.1f} "
            f"| {best.first_half:.2f} | {best.second_half:.2f} |",
            flush=True,
        )


def _measured(text: str) -> Figures:
    other = Waiting()
    writes = list(_writes(text))
    other.end()
    half = len(writes) // 2
    return Figures(other.longest, max(writes), mean(writes[:half]), mean(writes[half:]))


def _writes(text: str) -> Iterator[float]:
    """What each piece takes. Others have their turn after it, as they have when an answer waits for its next words."""
    growing = Growing()
    for start in range(0, len(text), SIZE):
        began = thread_time()
        growing.write(text[start : start + SIZE])
        yield 1000 * (thread_time() - began)
        sleep(0)
    growing.finish()


if __name__ == "__main__":
    main()
