"""A browser, and somebody who comes to an address with it."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.visitor import Visitor

CHROMIUM = shutil.which("chromium") or "chromium"
QUIETLY = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]

Arrive = Callable[..., Visitor]

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
        context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        visitors.append(Visitor(context, url))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
