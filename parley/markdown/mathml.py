"""A formula in TeX as MathML, or as its source where it cannot be read."""

import re
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element

from parley.markdown.escaping import escaped
from parley.markdown.formulas import is_closed

# A formula of a few characters that defines its own commands can expand into a million.
_DEFINITION = re.compile(r"\\(?:(?:re)?newcommand|newenvironment|def|DeclareMathOperator)")

_LINE_OF_QUOTE = re.compile(r"\n[ \t]*(?:>[ \t]?)+")


@lru_cache(maxsize=256)
def formula(source: str) -> str:
    """Kept for a while, because a formula is shown again with every word that follows it in its block."""
    if not is_closed(source) or _DEFINITION.search(source):
        return _as_written(source)
    try:
        return _as_mathml(source)
    except Exception:  # noqa: BLE001 - the converter promises no kind of error, and each of them means: cannot be read
        return _as_written(source)


def _as_mathml(source: str) -> str:
    tex = _LINE_OF_QUOTE.sub("\n", source[2:-2])
    math = convert_to_element(tex, display="inline" if source.startswith(r"\(") else "block")
    del math.attrib["xmlns"]
    if math.get("display") == "block":
        math.set("tabindex", "0")  # it may be wider than the page, and is then moved by keys
    for element in math.iter():
        _unescape(element)
    return tostring(math, encoding="unicode", short_empty_elements=False)


def _unescape(element: Element) -> None:
    """The converter writes symbols as references; as characters they can be escaped like all other text."""
    element.text = unescape(element.text) if element.text else None


def _as_written(source: str) -> str:
    return f'<code class="formula">{escaped(source)}</code>'
