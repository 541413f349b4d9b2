"""A browser, the app as a process, and a model's service that says what a test tells it to say."""

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

CHROMIUM = shutil.which("chromium") or "chromium"
QUIETLY = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
MESSAGE_LIMIT = 2000

Arrive = Callable[..., Visitor]

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def service() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture
def upstream(service: Upstream) -> Iterator[Upstream]:
    """The one service that the app knows, with nothing left in it of the test before."""
    service.says("Hello", " there.")
    service.requests.clear()
    service.hung_up.clear()
    service.asked.clear()
    yield service
    service.release()


@pytest.fixture(scope="session")
def server(service: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Two workers, so that a page may be served by another process than the one that gives the answer."""
    env = {**service.env, "MESSAGE_LIMIT": str(MESSAGE_LIMIT), "WEB_CONCURRENCY": "2"}
    with processes.app(tmp_path_factory.mktemp("app"), env) as server:
        yield server


@pytest.fixture
def line(server: Process) -> Iterator[Line]:
    with Line(server.url) as line:
        yield line


@pytest.fixture
def arrive(browser: Browser) -> Iterator[Arrive]:
    """Let somebody come to an address. Nobody may leave with a complaint of their browser's."""
    visitors: list[Visitor] = []

    def come(url: str, **options: Any) -> Visitor:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        visitors.append(Visitor(context, url))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def alice(arrive: Arrive, server: Process, upstream: Upstream) -> Visitor:
    """Somebody whose browser runs scripts."""
    return arrive(server.url)


@pytest.fixture
def stranger(arrive: Arrive, server: Process) -> Visitor:
    """Somebody else, who must see nothing of it."""
    return arrive(server.url)


@pytest.fixture
def plain(arrive: Arrive, server: Process, upstream: Upstream) -> Visitor:
    """Somebody whose browser runs no scripts."""
    return arrive(server.url, java_script_enabled=False)
