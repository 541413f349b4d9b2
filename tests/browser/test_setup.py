"""The page of how the app is set up, in a browser: what only a browser can find out."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests import processes
from tests.browsers import Arrive
from tests.processes import Process
from tests.upstream import Upstream

CODE = "open sesame"


@pytest.fixture(scope="module")
def house(service: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    env = {**service.env, "ACCESS_CODE": CODE, "DYNO": "web.1"}
    with processes.app(tmp_path_factory.mktemp("house"), env) as house:
        yield house


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_with_scripts_it_also_says_whether_answers_are_held_back(
    arrive: Arrive, house: Process, upstream: Upstream, with_scripts: bool
) -> None:
    visitor = arrive(house.url, java_script_enabled=with_scripts)
    visitor.forgive("401")
    visitor.open("/setup")
    visitor.page.get_by_label("Access code").fill(CODE)
    visitor.page.get_by_role("button", name="Continue").click()
    visitor.page.get_by_role("button", name="Look at everything").click()
    expect(visitor.page.get_by_role("listitem").filter(has_text="owl-1 answers")).to_be_visible()
    said = visitor.page.locator("parley-way .finding, parley-way noscript > p").and_(visitor.page.locator(":visible"))
    expect(said).to_have_text([re.compile("arrive as they are sent" if with_scripts else "browser with scripts says")])
    expect(visitor.page.get_by_role("status")).to_contain_text("broken")
