"""A browser, and somebody who comes to an address with it."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests import processes
from tests.browser.line import Line
from tests.browser.visitor import Visitor
from tests.processes import Process
from tests.upstream import Upstream

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "chromium"
QUIETLY = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]

# What a browser says of a request that broke: tests of a bad line forgive it.
BROKEN = ("net::ERR", "Failed to load resource")

WINDOW = {"width": 1280, "height": 800}

Arrive = Callable[..., Visitor]
AS_ON_A_DYNO, AS_ON_A_LAPTOP = ("gunicorn", "sqlite"), ("flask", "postgresql")
at_one_site = pytest.mark.parametrize("site", [AS_ON_A_DYNO], indirect=True, ids="-".join)
as_on_a_laptop = pytest.mark.parametrize("site", [AS_ON_A_LAPTOP], indirect=True, ids="-".join)

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        yield browser
        browser.close()


@pytest.fixture
def arrive(browser: Browser) -> Iterator[Arrive]:
    """Let somebody come to an address. Nobody may leave with a complaint of their browser's."""
    visitors: list[Visitor] = []

    def come(url: str, **options: Any) -> Visitor:
        context = browser.new_context(**{"viewport": WINDOW, "reduced_motion": "reduce"} | options)
        visitors.append(Visitor(context, url))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture(scope="session", params=[AS_ON_A_DYNO, AS_ON_A_LAPTOP], ids="-".join)
def site(
    request: pytest.FixtureRequest, service: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """The app for people at browsers, on a dyno and on a laptop. It waits as long for a model as for its users."""
    served_by, database = request.param
    folder = tmp_path_factory.mktemp("site")
    env = dict(service.env)
    if served_by == "gunicorn":
        env["DYNO"] = "web.1"  # its static files are joined: a page costs a third of what it does on a laptop
    if database == "postgresql":
        env["DATABASE_URL"] = request.getfixturevalue("postgresql").new_database()
    with processes.app(folder, env, served_by) as process:
        yield process


@pytest.fixture
def guest(arrive: Arrive, site: Process, upstream: Upstream) -> Visitor:
    """Somebody at a browser."""
    return arrive(site.url)


@pytest.fixture
def line(site: Process) -> Iterator[Line]:
    with Line(site.url) as line:
        yield line


@pytest.fixture
def commuter(arrive: Arrive, line: Line, upstream: Upstream) -> Visitor:
    """Somebody at a browser, on a bad line."""
    visitor = arrive(line.url)
    visitor.forgive(*BROKEN)
    return visitor
