"""The page on a phone, in a window that grows, and where nobody has attached a model."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import processes
from tests.browser.visitor import Visitor
from tests.browsers import Arrive
from tests.processes import Process
from tests.upstream import Upstream

LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 20


@pytest.fixture
def phone(arrive: Arrive, server: Process, upstream: Upstream) -> Visitor:
    visitor = arrive(server.url, has_touch=True, is_mobile=True)
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    return visitor


def test_enter_breaks_the_line_on_a_touch_screen(phone: Visitor) -> None:
    phone.open()
    phone.message.press_sequentially("One")
    phone.message.press("Enter")
    phone.message.press_sequentially("two")
    expect(phone.message).to_have_value("One\ntwo")
    phone.send.tap()
    phone.wait_for_answer()


def test_escape_closes_the_drawer_and_stops_nothing(phone: Visitor, upstream: Upstream) -> None:
    upstream.says("One ", "two")
    upstream.stalls_after(1)
    phone.open()
    phone.message.fill("Count")
    phone.send.tap()
    expect(phone.answer).to_have_text("One")
    phone.page.get_by_role("button", name="Conversations").tap()
    expect(phone.heading("Count")).to_be_visible()
    phone.page.keyboard.press("Escape")
    expect(phone.conversations).to_be_hidden()
    upstream.release()
    expect(phone.answer).to_have_text("One two")
    phone.wait_for_answer()
    expect(phone.log).not_to_contain_text("Stopped.")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_window(arrive: Arrive, server: Process, upstream: Upstream, width: int) -> None:
    upstream.says(f"{LONG}\n\n```\n{LONG}\n```\n\n| {LONG} | b |\n|---|---|\n| 1 | 2 |\n\n$$ {'x + ' * 80} y $$\n")
    visitor = arrive(server.url)
    visitor.page.set_viewport_size({"width": width, "height": 800})
    visitor.open()
    visitor.message.fill(LONG)
    visitor.send.click()
    visitor.wait_for_answer()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_open_drawer_becomes_the_sidebar_of_a_window_that_grows(alice: Visitor) -> None:
    alice.page.set_viewport_size({"width": 600, "height": 800})
    alice.open()
    alice.page.get_by_role("button", name="Conversations").click()
    alice.page.set_viewport_size({"width": 1280, "height": 800})
    sidebar, main = (alice.page.locator(name).bounding_box() for name in (".sidebar", ".main"))
    assert sidebar
    assert main
    assert sidebar["x"] + sidebar["width"] == main["x"]


def test_without_a_model_the_page_says_what_to_do(arrive: Arrive, tmp_path: Path) -> None:
    with processes.app(tmp_path, {}) as server:
        visitor = arrive(server.url)
        visitor.open()
        expect(visitor.page.get_by_role("heading", name="No model is connected yet")).to_be_visible()
        expect(visitor.page.get_by_text("export INFERENCE_KEY=$(heroku config:get")).to_be_visible()
        expect(visitor.message).to_have_count(0)
