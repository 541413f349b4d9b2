"""HTML that other code made, or of another text, is told from what is made now."""

import ast
import shutil
import sys
from pathlib import Path

import pytest

from parley.markdown import imprint
from parley.markdown.edition import LIBRARIES, SOURCE, edition_of

MODULES = sorted(SOURCE.rglob("*.py"))


def imported(module: Path) -> set[str]:
    """What a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_the_same_words_have_the_same_imprint_and_others_have_others() -> None:
    assert imprint("one") == imprint("one")
    assert imprint("one") != imprint("two")
    assert len(imprint("\ud800")) == len(imprint("")) == 32


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_whatever_is_changed_in_a_module_makes_another_edition(module: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(SOURCE, tmp_path / "markdown")
    assert edition_of(copy) == edition_of(SOURCE)
    changed = copy / module.relative_to(SOURCE)
    changed.write_text(changed.read_text() + "#")
    assert edition_of(copy) != edition_of(SOURCE)


def test_a_module_more_makes_another_edition(tmp_path: Path) -> None:
    copy = shutil.copytree(SOURCE, tmp_path / "markdown")
    (copy / "another.py").write_text("")
    assert edition_of(copy) != edition_of(SOURCE)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_nothing_has_a_say_in_the_html_that_is_not_in_the_edition(module: Path) -> None:
    """Another library, or another part of the app, has to be named there before it can be imported here."""
    for name in imported(module):
        package = name.partition(".")[0]
        is_ours = package == "parley" and name.startswith("parley.markdown")
        assert is_ours or package in LIBRARIES or package in sys.stdlib_module_names, name
