"""The page about the interface names tests that are there."""

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "inference.md"


def test_every_test_that_the_page_names_is_there() -> None:
    tests = "".join(path.read_text() for path in HERE.glob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text()))
    assert named - set(re.findall(r"^def (test_\w+)", tests, re.MULTILINE)) == set()


def test_every_module_is_on_the_page() -> None:
    modules = {path.stem for path in (HERE.parents[1] / "parley" / "inference").glob("[a-z]*.py")}
    assert {module for module in modules if f"`{module}`" not in PAGE.read_text()} == set()
