"""Code is labelled, coloured when it is finished, and never changed."""

import html
import re

import pytest

from parley.markdown import Block, blocks, whole
from tests.markdown.reader import begun

CODE = 'def f(a):\n\treturn "<é>" + a  # &amp;\n\n\n  x'


def text_of(page: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", page))


def test_code_has_a_label_and_can_be_scrolled() -> None:
    assert whole("```text\na\n```") == (
        '<figure class="code"><figcaption>text</figcaption><parley-copy></parley-copy>'
        '<pre tabindex="0"><code class="language-text">a</code></pre></figure>'
    )


@pytest.mark.parametrize("text", ["```\na\n\nb\n```", "~~~\na\n\nb", "    a\n\n    b"])
def test_code_without_a_language_has_no_label(text: str) -> None:
    assert whole(text) == (
        '<figure class="code"><parley-copy></parley-copy><pre tabindex="0"><code>a\n\nb</code></pre></figure>'
    )


def test_colours_are_classes() -> None:
    page = whole("```python\ndef f(): pass\n```")
    assert '<span class="k">def</span> <span class="nf">f</span>(): <span class="k">pass</span>' in page
    assert "style" not in page


@pytest.mark.parametrize(
    "language",
    [
        "",
        *["bash", "css", "html", "java", "json", "python", "sql", "typescript", "yaml"],
        "Python",
        "js",
        "c++",
        "c#",
        "text",
        "nonsense",
        "console",
    ],
)
def test_code_is_never_changed(language: str) -> None:
    assert text_of(whole(f"```{language}\n{CODE}\n```")) == language + CODE


@pytest.mark.parametrize(
    ("info", "label"),
    [
        ("python title=x", "python"),
        ("rust,ignore", "rust"),
        ("js {1,3}", "js"),
        ("a\"b'<c>", "a\"b'<c>"),
        ("{.py}", ""),
    ],
)
def test_only_the_name_of_the_language_is_its_label(info: str, label: str) -> None:
    caption = f"<figcaption>{html.escape(label, quote=False)}</figcaption>" if label else ""
    assert whole(f"```{info}\n```").startswith(f'<figure class="code">{caption}<parley-copy></parley-copy><pre')


def test_a_language_becomes_a_harmless_class() -> None:
    assert 'class="language-a-onload-x-"' in whole('```a"onload=x>\n```')


def test_code_grows_without_colours_and_gets_them_at_its_end() -> None:
    writing = begun("```python\ndef f():\n")
    assert "span" not in writing.blocks[0]
    assert [change for change in writing.write("    pass\n```\n") if isinstance(change, Block)]
    assert '<span class="k">pass</span>' in writing.blocks[0]


def test_a_fence_is_closed_by_one_of_its_kind_and_length_only() -> None:
    assert text_of(whole("````\n```\n~~~~\n`````\nafter")) == "```\n~~~~after"


def test_the_margin_of_a_fence_is_not_part_of_the_code() -> None:
    assert text_of(whole("  ```\n  a\n    b\nc\n  ```")) == "a\n  b\nc"


def test_code_that_is_never_closed_is_code_to_the_end() -> None:
    assert len(blocks("a\n\n```py\nb\n\n# c\n\n- d")) == 2


def test_code_in_a_list_is_code() -> None:
    page = whole("1. a\n   ```python\n   import b\n   ```\n2. c")
    assert page.count("<figure") == 1
    assert '<span class="kn">import</span>' in page
    assert page.count("<li>") == 2


def test_code_in_a_list_is_coloured_when_the_list_is_finished() -> None:
    writing = begun("- a\n  ```python\n  import b\n  ```\n")
    assert "span" not in writing.blocks[0]
    writing.write("\nc\n")
    assert "span" in writing.blocks[0]


def test_long_code_stays_without_colours() -> None:
    assert "span" not in whole("```python\n" + "import a\n" * 4_000 + "```")


def test_a_long_line_of_code_stays_one_line() -> None:
    line = "word " * 5_000
    assert text_of(whole(f"```\n{line}\n```")) == line
