"""Style sheets and modules as one file each."""

import re
import subprocess
from pathlib import Path

import pytest

from parley.assets.building import SCRIPTS
from parley.assets.joining import UnknownForm, in_order, joined_modules, joined_styles
from parley.assets.serving import STYLES
from tests.processes import ROOT

CSS = ROOT / "static" / "css"
JS = ROOT / "static" / "js"

GREETING = """\
import { greet, NAME } from "./to-greet.js"

const words = "Said: "
console.log(words + greet(NAME))
"""

TO_GREET = """\
export const NAME = "you" // whoever it is
const words = "Hello, "

// Kindly.
export function greet(name) {
  return words + name
}
"""

UNKNOWN = [
    'import * as all from "./other.js"',
    'import other from "./other.js"',
    "export default 1",
    'export * from "./other.js"',
]


def test_every_style_sheet_is_part_of_the_whole() -> None:
    assert set(STYLES) == {path.stem for path in CSS.glob("*.css")}


def test_every_module_is_part_of_a_whole_after_those_that_it_needs() -> None:
    needed = {entry: in_order(JS, entry) for entry in SCRIPTS}
    assert {name for names in needed.values() for name in names} == {path.stem for path in JS.glob("*.js")}
    assert all(names[-1] == entry for entry, names in needed.items())


def test_the_layers_are_named_first() -> None:
    assert joined_styles(CSS, STYLES).startswith("@layer reset, base, layout, components;")


def test_style_sheets_keep_their_order(tmp_path: Path) -> None:
    (tmp_path / "b.css").write_text("/* why,\n   and how */\nb {\n  :has(a) :is(b) { color: red } /* why */\n}\n")
    (tmp_path / "a.css").write_text("a { color: blue }\n")
    assert joined_styles(tmp_path, ("b", "a")) == "b {\n:has(a) :is(b) { color: red } }\na { color: blue }\n"


def test_modules_keep_their_names_to_themselves(tmp_path: Path) -> None:
    write(tmp_path, "main", GREETING)
    write(tmp_path, "to-greet", TO_GREET)
    assert run(joined_modules(tmp_path, "main")) == "Said: Hello, you\n"


def test_comments_go_and_texts_that_look_like_some_stay(tmp_path: Path) -> None:
    write(tmp_path, "main", 'console.log("a // b") // gone\nconsole.log("https://c")  // "stays"\n// gone, too')
    joined = joined_modules(tmp_path, "main")
    assert "gone" not in joined
    assert run(joined) == "a // b\nhttps://c\n"


def test_a_module_that_many_need_is_there_once(tmp_path: Path) -> None:
    write(tmp_path, "main", 'import { one } from "./one.js"\nimport { two } from "./two.js"\nconsole.log(one, two)')
    write(tmp_path, "one", 'import { count } from "./count.js"\nexport const one = count()')
    write(tmp_path, "two", 'import { count } from "./count.js"\nexport const two = count()')
    write(tmp_path, "count", "let said = 0\nexport function count() { return ++said }")
    assert run(joined_modules(tmp_path, "main")) == "1 2\n"


@pytest.mark.parametrize("line", UNKNOWN)
def test_another_form_is_refused_by_name(tmp_path: Path, line: str) -> None:
    write(tmp_path, "main", line)
    with pytest.raises(UnknownForm, match="main.js: " + re.escape(line)):
        joined_modules(tmp_path, "main")


def test_no_text_of_ours_spans_lines() -> None:
    """Indentation goes, and would be missing in such a text."""
    for path in JS.glob("*.js"):
        code = re.sub(r"//.*|/\*.*?\*/", "", path.read_text())
        assert all(line.count("`") % 2 == 0 for line in code.splitlines()), path.name


def write(folder: Path, name: str, source: str) -> None:
    (folder / f"{name}.js").write_text(source + "\n")


def run(script: str) -> str:
    return subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True).stdout
