"""Blocks that are too long are cut where it shows least, and no text costs more for its length."""

import re
from cProfile import Profile

import pytest

from parley.markdown import Growing, blocks, whole
from tests.markdown.reader import pieces, read

SENTENCE = "The quick brown fox jumps over the lazy dog, and **every word** of `it` matters. "

KINDS = {
    "paragraphs": (SENTENCE * 3 + "\n\n") * 90,
    "a line": SENTENCE * 280,
    "a line without a blank": "x" * 22_000,
    "lines": (SENTENCE + "\n") * 280,
    "a list": "- an item of a *list*\n" * 1_000,
    "an item": "- an item\n" + "  and *more* of it\n" * 1_200,
    "a table": "| a | b |\n|---|---|\n" + "| one | *two* |\n" * 1_400,
    "code": "```python\n" + "x = [1]  # one\n" * 1_500,
    "a line of code": "```\n" + "x " * 11_000,
    "code in a list": "- a\n  ```\n" + "  x = [1]  # one\n" * 1_300,
    "quotes": "> > a *quote*\n" * 1_500,
    "formulas": "So \\(x^2\\) is\n\\[ \\frac{a}{b} \\]\nand\n" * 500,
    "open formulas": r"\( a $$ b " * 2_200,
    "definitions": "".join(f"[a{number}]: https://b.org\n" for number in range(800)),
    "blank lines": "\n" * 22_000,
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_work_for_a_piece_does_not_grow_with_the_text(kind: str) -> None:
    """Measured in characters that are read or rendered, which no other program on the machine can change."""
    text = KINDS[kind]
    writing, work = Growing(), []
    for piece in pieces(text, 40):
        before = writing.work
        writing.write(piece)
        work.append(writing.work - before)
    half = len(work) // 2
    assert max(work) < 25_000
    assert max(work[half:]) <= 1.5 * max(work[:half])


BOMBS = {
    "quotes": ">" * 10_000 + "a\n" + "b\n" * 100,
    "brackets": "[" * 50_000,
    "images": "![[](" * 10_000,
    "emphasis": "*a **b " * 5_000 + "b** a*" * 5_000,
    "marks": "*_" * 20_000,
    "lists": "- " * 20_000,
    "deep lists": "".join("  " * depth + "- a\n" for depth in range(200)),
    "columns": "|a" * 1_000 + "\n" + "|-" * 1_000 + "\n" + "x\n" * 3_000,
    "rows": "|a|\n|-|\n" + "|b|\n" * 20_000,
    "backticks": "".join("`" * (number % 100) + " " for number in range(2_000)),
    "formulas": r"\(" * 20_000,
    "braces": (r"\(" + "{" * 900 + "}" * 900 + r"\) ") * 6,
    "elements": "<a " * 20_000,
    "addresses": "https://" * 10_000,
    "labels": "[a]: " * 10_000,
    "entities": "&" * 50_000,
    "escapes": "\\" * 50_000,
    "a comment": "<!-- " + "a\n" * 6_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_only_a_long_text(bomb: str) -> None:
    """Characters read and functions called for as much text as comes before a block is cut, on any machine the same."""
    writing, read, called = Growing(), [], []
    for piece in pieces(BOMBS[bomb], 4_000):
        before = writing.work
        called.append(_calls_of(writing, piece))
        read.append(writing.work - before)
    writing.finish()
    assert max(read) < 100_000
    assert max(called) < 200_000


def _calls_of(writing: Growing, piece: str) -> int:
    """How many functions a piece takes, ours and those that we use: a quarter of a second's at the most."""
    with Profile() as profile:  # it counts in C, which takes a tenth of what a function that counts would
        writing.write(piece)
    return sum(entry.callcount for entry in profile.getstats())


def test_nothing_is_nested_deeper_than_a_browser_bears() -> None:
    for bomb in ("quotes", "emphasis", "lists", "deep lists"):
        depth = deepest = 0
        for tag in re.findall(r"<(/?)(?!br|hr|input)\w", whole(BOMBS[bomb])):
            depth += -1 if tag else 1
            deepest = max(deepest, depth)
        assert deepest < 80


def test_a_long_list_is_cut_between_items() -> None:
    text = "".join(f"{number}. item {number}\n     - with a point\n" for number in range(1, 200))
    parts = blocks(text)
    assert len(parts) > 1
    assert all(part.startswith("<ol") and part.endswith("</ol>") for part in parts)
    for part in parts[1:]:
        assert re.match(r'<ol start="(\d+)"><li>item \1<', part)
    assert sum(part.count("<li>") for part in parts) == 2 * 199


def test_a_long_table_goes_on_under_its_head() -> None:
    parts = blocks("| a | b |\n|---|--:|\n" + "".join(f"| row | {number} |\n" for number in range(500)))
    assert len(parts) > 1
    assert all("<thead>" in part and "<tbody>" in part for part in parts)
    assert re.findall(r">(\d+)</td>", "".join(parts)) == [str(number) for number in range(500)]


@pytest.mark.parametrize("lead", ["", "> "])
def test_a_long_line_is_cut_at_a_word(lead: str) -> None:
    words = [f"word{number}" for number in range(3_000)]
    page = whole(lead + " ".join(words))
    assert re.sub(r"<[^>]*>|\s", " ", page).split() == words


@pytest.mark.parametrize("kind", KINDS)
def test_long_texts_may_be_cut_anywhere_too(kind: str) -> None:
    text = KINDS[kind][:9_000]
    assert read(pieces(text, 701)) == blocks(text)
