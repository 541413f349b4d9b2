"""The app as a process, a model's service that says what a test tells it to say, and people with browsers."""

from collections.abc import Iterator

import pytest

from tests import processes
from tests.browser.visitor import Visitor
from tests.browsers import Arrive
from tests.processes import Process
from tests.upstream import Upstream

MESSAGE_LIMIT = 2000


@pytest.fixture
def upstream(service: Upstream) -> Iterator[Upstream]:
    """The one service that the app knows, with nothing left in it of the test before."""
    service.begin_anew()
    yield service
    service.release()


@pytest.fixture(scope="session")
def server(service: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """As on a dyno, with two workers: a page may be served by another process than the one that gives the answer."""
    env = {
        **service.env,
        "MESSAGE_LIMIT": str(MESSAGE_LIMIT),
        "IMAGE_MODELS": "parrot-*",
        "WEB_CONCURRENCY": "2",
        "DYNO": "web.1",
    }
    with processes.app(tmp_path_factory.mktemp("app"), env) as server:
        yield server


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
