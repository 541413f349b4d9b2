"""How a long answer comes into a real browser: whether anything moves, how long the page is busy, how late the end is.

python -m bench.streaming --length 20000
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests import processes
from tests.browser.smoothness import Gauge, Smoothness
from tests.browser.visitor import Visitor
from tests.browsers import CHROMIUM, QUIETLY
from tests.essay import essay, pieces
from tests.processes import Process
from tests.upstream import Upstream

PAUSES = {"as fast as it goes": 0.0, "500 pieces a second": 0.002, "50 pieces a second": 0.02}
EARLIER = 100  # messages that stand above, in a conversation that has some

HEAD = (
    "| answer | shift | long tasks | longest ms | late ms | work ms | scripts | styles | layout | elements replaced |"
)


def main() -> None:
    """Stream the same answer at each speed, and print a table."""
    options = _options()
    print(HEAD, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|", sep="\n")
    with _world() as (app, upstream, browser):
        for pace in PAUSES if options.slowly else list(PAUSES)[:-1]:
            for earlier in (0, EARLIER):
                name = f"{pace}{f', {earlier} messages above' if earlier else ''}"
                measured = _stream(browser, app, upstream, options.length, PAUSES[pace], earlier)
                print(_row(name, measured), flush=True)


@contextmanager
def _world() -> Iterator[tuple[Process, Upstream, Browser]]:
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder, Upstream() as upstream:
        env = {"DYNO": "web.1", "WEB_CONCURRENCY": "1", **upstream.env}
        with processes.app(Path(folder), env) as app, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
            yield app, upstream, browser
            browser.close()


def _stream(browser: Browser, app: Process, upstream: Upstream, length: int, pause: float, earlier: int) -> Smoothness:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    visitor = Visitor(context, app.url)
    gauge = Gauge(visitor.page)
    visitor.open()
    for _ in range(earlier // 2):
        upstream.says(essay(4000))
        visitor.say_and_wait("Begin")
    upstream.says(*pieces(essay(length)), pause=pause)
    gauge.begin()
    visitor.say("Tell me everything")
    measured = gauge.read()
    expect(visitor.answers.last).to_have_attribute("data-state", "complete")
    context.close()
    return measured


def _row(name: str, measured: Smoothness) -> str:
    longest = max(measured.long_tasks, default=0)
    figures = (measured.late, measured.work, measured.scripts, measured.styles, measured.layout)
    numbers = " | ".join(f"{one:,.0f}" for one in figures)
    tasks = f"{len(measured.long_tasks)} | {longest:.0f}"
    return f"| {name} | {measured.shift:.3f} | {tasks} | {numbers} | {measured.removed:,} |"


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description="A long answer in a real browser.")
    arguments.add_argument("--length", type=int, default=20_000, help="characters")
    arguments.add_argument("--slowly", action="store_true", help="at the pace of a model as well, which takes minutes")
    return arguments.parse_args()


if __name__ == "__main__":
    main()
