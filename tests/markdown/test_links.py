"""Where links lead, where they are defined, and what is none."""

import pytest

from parley.markdown import Block, whole
from tests.markdown.reader import begun

REL = 'rel="noopener noreferrer nofollow"'


def link(address: str, words: str, title: str = "") -> str:
    return f'<a href="{address}"{title} {REL}>{words}</a>'


def bare(address: str) -> str:
    """A link that is its own address."""
    return link(address, address, ' class="bare"')


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[a *b*](https://c.d)", link("https://c.d", "a <em>b</em>")),
        ('[a](https://b.c "d & \\"e\\"")', link("https://b.c", "a", ' title="d &amp; &quot;e&quot;"')),
        ("<https://a.b/?c=d&e>", bare("https://a.b/?c=d&amp;e")),
        ("<me@a.b>", link("mailto:me@a.b", "me@a.b")),
        ("[a](mailto:me@a.b)", link("mailto:me@a.b", "a")),
        ("![a *b*](https://c.d/e.png)", link("https://c.d/e.png", "a <em>b</em>")),
        ("![](https://c.d/e.png)", link("https://c.d/e.png", "https://c.d/e.png")),
        ("[![a](https://b.c)](https://d.e)", link("https://d.e", "a")),
        ("![[a](https://b.c)](https://d.e)", link("https://d.e", "a")),
    ],
)
def test_links_and_images_are_links(text: str, html: str) -> None:
    assert whole(text) == f"<p>{html}</p>"


@pytest.mark.parametrize("address", ["/a", "a.html", "#a", "//a.b", "ftp://a.b", "file:///a", "tel:1", "", "https://"])
def test_what_leads_elsewhere_is_its_words(address: str) -> None:
    assert whole(f"[a **b**](<{address}>)") == "<p>a <strong>b</strong></p>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("See https://a.b/c_d_e.", f"See {bare('https://a.b/c_d_e')}."),
        ("(http://a.b)", f"({bare('http://a.b')})"),
        ("https://a.b/c_(d)!", f"{bare('https://a.b/c_(d)')}!"),
        ("**https://a.b**", f"<strong>{bare('https://a.b')}</strong>"),
        ("xhttps://a.b https:// `https://a.b`", "xhttps://a.b https:// <code>https://a.b</code>"),
    ],
)
def test_an_address_in_a_sentence_is_a_link(text: str, html: str) -> None:
    assert whole(text) == f"<p>{html}</p>"


DEFINED = "[Label  one]: https://a.b 'T'"


@pytest.mark.parametrize("use", ["[label one]", "[LABEL\none][]", "[words][label one]"])
@pytest.mark.parametrize("text", ["{definition}\n\n{use}", "{use}\n\nwords\n\n{definition}", "> {definition}\n\n{use}"])
def test_a_definition_holds_before_and_after_it(text: str, use: str) -> None:
    assert f'href="https://a.b" title="T" {REL}' in whole(text.format(definition=DEFINED, use=use))


@pytest.mark.parametrize("between", ["\n", "\n\nwords\n\n", "\n\n> "])
def test_the_first_definition_holds(between: str) -> None:
    text = f"[a]: https://first.org{between}[a]: https://second.org\n\n[a]"
    assert 'href="https://first.org"' in whole(text)
    assert "second.org" not in whole(text)


def test_a_definition_shows_the_blocks_again_that_waited_for_it() -> None:
    writing = begun("An [a] and [b].\n\nA [c].\n\nNothing.\n\n")
    changes = writing.write("[b]: https://b.org\n\nEnd.\n")
    assert [change.index for change in changes if isinstance(change, Block)] == [0, 3]
    assert writing.blocks[0] == f"<p>An [a] and {link('https://b.org', 'b')}.</p>"


def test_a_label_without_a_definition_is_text() -> None:
    assert whole("[a] [b][c] [d][]") == "<p>[a] [b][c] [d][]</p>"
