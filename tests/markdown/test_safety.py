"""Whatever a model writes, its answer holds no script, no style, and no way to somewhere else than it says."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.markdown import whole
from parley.markdown.characters import harmless
from parley.markdown.highlighting import highlighted
from parley.markdown.sanitizing import sanitized
from tests.attacks import ATTACKS

ELEMENTS = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "figcaption", "figure", "h3", "h4", "h5", "h6", "hr", "li"),
    *("input", "ol", "p", "pre", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    *("math", "mfrac", "mi", "mn", "mo", "mrow", "mspace", "mstyle", "mtable", "mtd", "mtext", "mtr"),
    "parley-copy",
}
ATTRIBUTES = {
    *(
        "aria-label",
        "checked",
        "class",
        "disabled",
        "href",
        "rel",
        "role",
        "scope",
        "start",
        "tabindex",
        "title",
        "type",
    ),
    *("columnalign", "display", "mathcolor", "mathvariant", "stretchy", "fence", "form", "separator", "width"),
}


class Inspector(HTMLParser):
    """Reads a page as a browser does, and objects."""

    def handle_starttag(self, element: str, attributes: list[tuple[str, str | None]]) -> None:
        assert element in ELEMENTS
        for name, value in attributes:
            assert name in ATTRIBUTES
            assert name != "href" or (value or "").startswith(("https://", "http://", "mailto:"))

    def handle_comment(self, _: str) -> None:
        raise AssertionError("a comment")


def inspect(page: str) -> None:
    inspector = Inspector()
    inspector.feed(page)
    inspector.close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_only_words(attack: str) -> None:
    for text in (attack, f"> {attack}", f"- {attack}", f"*{attack}*", f"[{attack}](https://a.b)"):
        inspect(whole(text))


@pytest.mark.parametrize("attack", ATTACKS)
def test_code_holds_nothing_that_the_sanitiser_would_take_away(attack: str) -> None:
    """So that code need not pass it: that would take as long as to show the code, without a turn for others."""
    for language in ("", "html", "php", "javascript", "python", "css", "json", "markdown", "console", harmless(attack)):
        html = highlighted(harmless(attack), language)
        assert sanitized(html) == html


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(ATTACKS) | st.text(alphabet="<>\"'`[]()\\$ \n=:/!-", max_size=5), max_size=6))
def test_attacks_in_each_other_s_company_are_only_words(parts: list[str]) -> None:
    inspect(whole("".join(parts)))
