"""What Markdown becomes, block by block."""

import pytest

from parley.markdown import blocks, whole

COMMONMARK = [
    # paragraphs and breaks
    ("aaa\n\nbbb", "<p>aaa</p><p>bbb</p>"),
    ("aaa\nbbb", "<p>aaa\nbbb</p>"),
    ("  aaa\n bbb", "<p>aaa\nbbb</p>"),
    ("foo  \nbar", "<p>foo<br>bar</p>"),
    ("foo\\\nbar", "<p>foo<br>bar</p>"),
    # headings, two levels down
    ("# a", "<h3>a</h3>"),
    ("## a", "<h3>a</h3>"),
    ("### a ###", "<h3>a</h3>"),
    ("# a\n#### b\n## c", "<h3>a</h3><h4>b</h4><h4>c</h4>"),
    ("###### a\n# b\n## c\n### d\n#### e\n##### f", "<h3>a</h3><h3>b</h3><h4>c</h4><h5>d</h5><h6>e</h6><h6>f</h6>"),
    ("####### a", "<p>####### a</p>"),
    ("#5 bolt", "<p>#5 bolt</p>"),
    ("\\## foo", "<p>## foo</p>"),
    ("Foo *bar*\n====", "<h3>Foo <em>bar</em></h3>"),
    ("Foo\n---", "<h3>Foo</h3>"),
    ("***\n---\n___", "<hr><hr><hr>"),
    # emphasis
    ("*foo bar*", "<p><em>foo bar</em></p>"),
    ("a * foo bar*", "<p>a * foo bar*</p>"),
    ("foo_bar_baz", "<p>foo_bar_baz</p>"),
    ("**foo*bar*baz**", "<p><strong>foo<em>bar</em>baz</strong></p>"),
    ("***foo** bar*", "<p><em><strong>foo</strong> bar</em></p>"),
    ("~~gone~~ ~one", "<p><del>gone</del> ~one</p>"),
    # code
    ("`` foo ` bar ``", "<p><code>foo ` bar</code></p>"),
    ("`foo\\`bar`", "<p><code>foo\\</code>bar`</p>"),
    ('`<a href="`">`', '<p><code>&lt;a href="</code>"&gt;`</p>'),
    # quotes
    ("> a\nb", "<blockquote><p>a\nb</p></blockquote>"),
    ("> # Foo\n> bar", "<blockquote><h3>Foo</h3><p>bar</p></blockquote>"),
    ("> a\n\n> b", "<blockquote><p>a</p></blockquote><blockquote><p>b</p></blockquote>"),
    ("> > a", "<blockquote><blockquote><p>a</p></blockquote></blockquote>"),
    # lists
    ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
    ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
    ("- a\n* b", "<ul><li>a</li></ul><ul><li>b</li></ul>"),
    ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
    ("7) a", '<ol start="7"><li>a</li></ol>'),
    ("- a\n  - b\n    - c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
    ("-one", "<p>-one</p>"),
    ("The number is\n14.  and", "<p>The number is\n14.  and</p>"),
    ("- a\n  > b", "<ul><li>a<blockquote><p>b</p></blockquote></li></ul>"),
    # escapes and entities
    (r"\*not\* \<br/> \[x]", "<p>*not* &lt;br/&gt; [x]</p>"),
    ("&copy; &#35; &nope; &amp;lt;", "<p>© # &amp;nope; &amp;lt;</p>"),
    ("a\u00a0b", "<p>a&nbsp;b</p>"),
]


@pytest.mark.parametrize(("text", "html"), COMMONMARK)
def test_commonmark_is_read_as_its_specification_says(text: str, html: str) -> None:
    assert whole(text) == html


def test_nothing_is_no_block() -> None:
    assert blocks("") == blocks("\n \n\t\n") == []


def test_tasks_are_boxes_with_a_name() -> None:
    done = '<input type="checkbox" disabled="" aria-label="Done" checked="">'
    to_do = '<input type="checkbox" disabled="" aria-label="To do">'
    assert whole("- [x] a\n- [ ] b") == f'<ul><li class="task">{done} a</li><li class="task">{to_do} b</li></ul>'


def test_a_table_can_be_scrolled_and_aligns_by_class() -> None:
    assert whole("| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 |") == (
        '<div class="table" tabindex="0" role="group" aria-label="Table"><table>'
        '<thead><tr><th scope="col">a</th><th scope="col" class="right">b</th></tr></thead>'
        '<tbody><tr><td>1</td><td class="right">2</td></tr><tr><td>3</td><td class="right"></td></tr></tbody>'
        "</table></div>"
    )


def test_html_is_shown_as_it_was_written() -> None:
    assert whole("a <b>c</b>") == "<p>a &lt;b&gt;c&lt;/b&gt;</p>"
    assert whole("<div>\n*x*\n</div>") == "<p>&lt;div&gt;<br>*x*<br>&lt;/div&gt;</p>"


def test_a_line_break_is_the_one_element_that_is_meant() -> None:
    assert whole("| a<br>b |\n|---|").count("<br>") == 1


@pytest.mark.parametrize("text", [ending.join(["a", "", "- b", "- c", ""]) for ending in ("\n", "\r\n", "\r")])
def test_lines_may_end_in_any_way(text: str) -> None:
    assert whole(text) == "<p>a</p><ul><li>b</li><li>c</li></ul>"


def test_characters_that_no_page_can_show_are_replaced() -> None:
    assert whole("a\x00b\x07c\ud800d\x7f") == "<p>a\ufffdb\ufffdc\ufffdd\ufffd</p>"
