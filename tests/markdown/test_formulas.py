"""Formulas become MathML, wherever Markdown would have taken them apart."""

import pytest

from parley.markdown import blocks, whole
from tests.markdown.reader import begun

X = "<mi>x</mi>"


@pytest.mark.parametrize("text", [r"\(x\)", "$$x$$", r"\[x\]", "$$\nx\n$$", "\\[\n  x\n\\]"])
def test_each_way_to_write_a_formula(text: str) -> None:
    display = 'display="inline"' if text.startswith(r"\(") else 'display="block" tabindex="0"'
    assert whole(text) == f"<p><math {display}><mrow>{X}</mrow></math></p>"


def test_one_dollar_is_money() -> None:
    assert whole("It costs $5 or $6, or $$$.") == "<p>It costs $5 or $6, or $$$.</p>"


@pytest.mark.parametrize("text", [r"\(a_b + c_d\)", r"\(a * b * c\)", r"\[ [x](y) \]", r"\(a < b\)", r"\(`a` + `b`\)"])
def test_marks_within_a_formula_are_its_own(text: str) -> None:
    page = whole(text)
    assert "<math" in page
    assert not any(element in page for element in ("<em>", "<a ", "<code>"))


def test_lines_of_a_formula_are_no_list_or_heading() -> None:
    assert whole("$$\n- a\n+ b\n# c\n$$").count("<math") == len(blocks("$$\n- a\n+ b\n# c\n$$")) == 1


def test_a_formula_may_hold_what_ends_a_cell() -> None:
    page = whole("| a |\n|---|\n| \\(|x|\\) |")
    assert "<td><math" in page


def test_a_formula_in_a_quote_knows_nothing_of_the_quote() -> None:
    page = whole("> $$\n> x\n> $$")
    assert page == f'<blockquote><p><math display="block" tabindex="0"><mrow>{X}</mrow></math></p></blockquote>'


@pytest.mark.parametrize(
    "text", [r"`\(x\)`", "```\n$$x$$\n```", "    $$x$$", "- ```\n  \\[x\\]\n  ```", r"`` \(x ` y\) ``", r"\\(x\\)"]
)
def test_code_and_escapes_are_no_formulas(text: str) -> None:
    assert "<math" not in whole(text)


def test_code_shows_a_formula_as_it_was_written() -> None:
    assert whole("    $$\\(x$$ \\(y\\)") == (
        '<figure class="code"><pre tabindex="0"><code>$$\\(x$$ \\(y\\)</code></pre></figure>'
    )


def test_an_address_may_hold_what_opens_a_formula() -> None:
    page = whole(r"[a](https://b.c/d_\(e\)) \(x\)")
    assert 'href="https://b.c/d_(e)"' in page
    assert page.count("<math") == 1


@pytest.mark.parametrize("text", ["\\(x\n\ny\\)", "$$ a", r"\[", "$$\n```\n$$\n```", r"\(" + "x" * 3_000 + r"\)"])
def test_what_is_not_closed_in_time_is_no_formula(text: str) -> None:
    assert "<math" not in whole(text)


@pytest.mark.parametrize("tex", [r"\frac", r"\left(", "{" * 900, "^" * 900, r"\begin{matrix}", "a_b_c"])
def test_what_cannot_be_read_is_shown_as_its_source(tex: str) -> None:
    assert f'<code class="formula">\\({tex}\\)</code>' in whole(f"\\({tex}\\)")


def test_a_formula_may_not_define_commands_that_multiply() -> None:
    assert "<math" not in whole(r"\(\newcommand{\a}{xxxxxxxxxx}\newcommand{\b}{\a\a\a\a\a\a}\b\b\b\b\)")


def test_a_formula_that_is_still_written_is_shown_as_its_source() -> None:
    assert begun("a \\[ x_1 + x").blocks == ['<p>a <code class="formula">\\[ x_1 + x</code></p>']


def test_blocks_after_an_open_formula_are_not_final() -> None:
    writing = begun("$$\n- a\n# b\n")
    assert len(writing.blocks) == 1
    writing.write("\n")
    assert len(writing.blocks) == 3
