"""Many files as one: what is pleasant to write in parts is fetched in one request.

Style sheets need only stand one after the other. Modules become functions that are called in the order in which they
import each other, so that each keeps its names to itself. This knows the one form of `import` and `export` that the
modules in `static/js/` keep to, and refuses others.
"""

import re
from collections.abc import Iterator
from pathlib import Path

_import = re.compile(r'^import \{ (?P<names>[\w, ]+) \} from "\./(?P<module>[\w-]+)\.js"\n', re.MULTILINE)
_export = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const|let) (?P<name>\w+))", re.MULTILINE)
# Comments, empty lines and indentation. Behind code, what has a quotation mark after it may be the middle of a text.
_spare_style = re.compile(r"/\*.*?\*/\s*|^\s+", re.MULTILINE | re.DOTALL)
_spare = re.compile(r"""^(?:[ \t]+|[ \t]*//.*\n|\n)+|[ \t]+// [^"'`\n]*$""", re.MULTILINE)
_other = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class UnknownForm(Exception):
    """A module imports or exports in a way that can't be joined."""


def joined_styles(folder: Path, names: tuple[str, ...]) -> str:
    """Style sheets in their order, without comments."""
    return _spare_style.sub("", "\n".join((folder / f"{name}.css").read_text() for name in names))


def joined_modules(folder: Path, entry: str) -> str:
    """A module with all that it imports, without comments. Raises UnknownForm."""
    return _spare.sub("", "\n".join(_as_function(name, folder) for name in in_order(folder, entry)))


def in_order(folder: Path, entry: str) -> list[str]:
    """The names of a module and of all that it imports, each after those that it needs."""
    order: dict[str, None] = {}
    _add(entry, folder, order)
    return list(order)


def _add(name: str, folder: Path, order: dict[str, None]) -> None:
    for needed in _imported_by((folder / f"{name}.js").read_text()):
        if needed not in order:
            _add(needed, folder, order)
    order[name] = None


def _imported_by(source: str) -> Iterator[str]:
    return (found["module"] for found in _import.finditer(source))


def _as_function(name: str, folder: Path) -> str:
    source = (folder / f"{name}.js").read_text()
    exported = ", ".join(found["name"] for found in _export.finditer(source))
    body = _export.sub("", _import.sub(_taken_from, source))
    if other := _other.search(body):
        raise UnknownForm(f"{name}.js: {other[0]}")
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {exported} }}\n}})();"


def _taken_from(found: re.Match[str]) -> str:
    return f"const {{ {found['names']} }} = {_variable(found['module'])}\n"


def _variable(module: str) -> str:
    return f"module_{module.replace('-', '_')}"
