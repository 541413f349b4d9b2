"""What Google's Lighthouse makes of the empty page and of a long conversation, on a phone and on a desk.

python -m bench.lighthouse

It needs Node 18.16 or newer and Chromium. Lighthouse is fetched by npx, or taken from where `--lighthouse` says.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from bench import seeding
from bench.pages import SECRET, id_in
from parley.security import COOKIE_BEHIND_ROUTER
from tests import processes
from tests.processes import Process
from tests.upstream import Upstream

LIGHTHOUSE = "npx --yes lighthouse@12.8.2"  # the last that runs on Node 20
BROWSER = "--headless=new --no-sandbox --disable-background-networking"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
MEASURES = {
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked",
    "cumulative-layout-shift": "shifts",
    "total-byte-weight": "size",
}
PAGES = {
    "the empty page": "/",
    f"a conversation of {seeding.EVENING_MESSAGES} messages": f"/conversations/{seeding.EVENING}",
    f"a conversation of {seeding.LONG_MESSAGES} messages": f"/conversations/{seeding.LONG}",
}
DEVICES = {"phone": [], "desktop": ["--preset=desktop"]}

Report = dict[str, Any]


def main() -> None:
    """Print a table, and what costs points."""
    options = _options()
    print("| page | on a |", " | ".join((*CATEGORIES, *MEASURES.values())), "|")
    print("|---|---|" + "--:|" * (len(CATEGORIES) + len(MEASURES)))
    with tempfile.TemporaryDirectory(prefix="parley-lighthouse-") as folder, _app(Path(folder)) as app:
        cookie = _somebody(app)
        for (page, address), (device, flags) in ((p, d) for p in PAGES.items() for d in DEVICES.items()):
            command = [*shlex.split(options.lighthouse), app.url + address, *flags]
            command.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
            report = _middle([_report(command, Path(folder)) for _ in range(options.runs)])
            print(f"| {page} | {device} |", _scores(report), flush=True)
            for line in _faults(report):
                print(f"    {line}")


@contextmanager
def _app(folder: Path) -> Iterator[Process]:
    """As on a dyno, with two workers."""
    with Upstream() as upstream:
        env = {"SECRET_KEY": SECRET, "DYNO": "web.1", "WEB_CONCURRENCY": "2", **upstream.env}
        with processes.app(folder, env) as app:
            yield app


def _somebody(app: Process) -> str:
    """The cookie of somebody who has a few conversations, and one that is long."""
    visitor = requests.Session()
    visitor.get(app.url).raise_for_status()
    with processes.database(app) as kept:
        seeding.fill(kept, id_in(visitor.cookies[COOKIE_BEHIND_ROUTER]), count=20)
    return f"{COOKIE_BEHIND_ROUTER}={visitor.cookies[COOKIE_BEHIND_ROUTER]}"


def _report(command: list[str], folder: Path) -> Report:
    path = folder / "report.json"
    chromium = shutil.which("chromium") or "chromium"
    flags = [f"--chrome-flags={BROWSER}", f"--only-categories={','.join(CATEGORIES)}", "--quiet"]
    env = {**os.environ, "CHROME_PATH": os.environ.get("CHROME_PATH", chromium)}
    for is_last in (False, True):  # now and then the browser does not start, or goes
        done = subprocess.run([*command, *flags, "--output=json", f"--output-path={path}"], env=env, check=is_last)
        if done.returncode == 0:
            break
    report: Report = json.loads(path.read_text())
    return report


def _middle(reports: list[Report]) -> Report:
    """The times of one run are chance: whatever else the machine does is part of them."""
    return sorted(reports, key=lambda report: float(report["categories"]["performance"]["score"]))[len(reports) // 2]


def _scores(report: Report) -> str:
    scores = [f"{100 * report['categories'][name]['score']:.0f}" for name in CATEGORIES]
    return " | ".join([*scores, *(report["audits"][name]["displayValue"] for name in MEASURES)]) + " |"


def _faults(report: Report) -> Iterator[str]:
    """What is worth points, and did not get all of them."""
    for category in report["categories"].values():
        for reference in category["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                yield f"{category['id']}: {audit['title']} {audit.get('displayValue', '')} ({100 * audit['score']:.0f})"


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description="Lighthouse on two pages.")
    arguments.add_argument("--lighthouse", default=LIGHTHOUSE, help="the command that starts it")
    arguments.add_argument("--runs", type=int, default=3, help="of which the middle one counts")
    return arguments.parse_args()


if __name__ == "__main__":
    main()
