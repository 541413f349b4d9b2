"""However a text is cut into pieces, and whoever reads it when: the blocks are the same."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.markdown import Append, Block, Growing, blocks, grammar, growing, lines, whole
from tests.markdown.reader import Reader, begun, pieces, read
from tests.markdown.samples import ANSWER, SNIPPETS

characters = st.text(alphabet="ab 1.#*_-`~>|[]()<>!\\$\n :\"'&;/=\t+\ré", max_size=60)
joints = st.sampled_from(["\n", "\n", "\n\n", " ", "", "\n   ", "\n> ", "\n  ", "\r\n"])
composed = st.lists(st.tuples(st.sampled_from(SNIPPETS) | characters, joints), max_size=20).map(
    lambda parts: "".join(snippet + joint for snippet, joint in parts)
)
texts = characters | composed
cuts = st.lists(st.integers(1, 9), min_size=1, max_size=20)
thorough = settings(max_examples=100, deadline=None, derandomize=True)


@contextmanager
def small_windows() -> Iterator[None]:
    """Blocks and lines are cut at a few words, so that a short text meets every rule about long ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grammar, "WINDOW", 80)
        patch.setattr(grammar, "WINDOW_LINES", 8)
        patch.setattr(lines, "LONGEST", 30)
        patch.setattr(growing, "LONGEST", 30)
        yield


def cut(text: str, sizes: list[int]) -> Iterator[str]:
    start = turn = 0
    while start < len(text):
        size = sizes[turn % len(sizes)]
        yield text[start : start + size]
        start, turn = start + size, turn + 1


def assert_the_same_however_cut(text: str, sizes: list[int]) -> None:
    writing, reader, written = Growing(), Reader(), ""
    for piece in cut(text, sizes):
        written += piece
        reader.hear(writing.write(piece))
        assert reader.blocks == writing.blocks == begun(written).blocks
    reader.hear(writing.finish())
    assert reader.blocks == writing.blocks == blocks(text)


@thorough
@given(texts, cuts)
def test_a_text_looks_the_same_after_each_piece_as_if_it_had_come_at_once(text: str, sizes: list[int]) -> None:
    assert_the_same_however_cut(text, sizes)


@thorough
@given(texts, cuts)
def test_so_does_a_text_whose_blocks_and_lines_are_too_long(text: str, sizes: list[int]) -> None:
    with small_windows():
        assert_the_same_however_cut(text, sizes)


def test_an_answer_may_be_cut_anywhere() -> None:
    expected = blocks(ANSWER)
    for position in range(0, len(ANSWER), 3):  # in all its words and marks; the pieces below end everywhere
        assert read([ANSWER[:position], ANSWER[position:]]) == expected


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 100])
def test_an_answer_may_come_in_pieces_of_any_size(size: int) -> None:
    assert read(pieces(ANSWER, size)) == blocks(ANSWER)


def test_whole_is_the_blocks_joined() -> None:
    assert whole(ANSWER) == "".join(blocks(ANSWER))


@given(texts)
@thorough
def test_every_text_can_be_sent(text: str) -> None:
    whole(text).encode()


def test_prose_is_mostly_appended() -> None:
    prose = "Here's a sentence, as models write them (with an aside); it goes on and on, doesn't it? " * 20
    writing = Growing()
    changes = [writing.write(piece) for piece in pieces(prose, 4)]
    appended = [change for change in changes if all(isinstance(part, Append) for part in change)]
    assert len(appended) > 0.9 * len(changes)


def test_open_code_is_only_appended() -> None:
    writing = begun("```python\n")
    changes = [change for piece in pieces("x = [1]  # *one*\n" * 20, 4) for change in writing.write(piece)]
    assert changes
    assert all(isinstance(change, Append) for change in changes)


def test_a_block_is_taken_back_when_it_turns_out_to_be_a_definition() -> None:
    writing = begun("Words.\n\n[label]:")
    assert writing.blocks == ["<p>Words.</p>", "<p>[label]:</p>"]
    assert writing.write(" https://example.org") == [Block(1, "")]
    assert writing.blocks == ["<p>Words.</p>"]


@pytest.mark.parametrize(
    "marks", ["#", "-", "- ", "1", "1.", "12. ", ">", "```", "```py", "|", "| a", "===", "**", "\\["]
)
def test_a_line_that_may_become_anything_is_not_shown_yet(marks: str) -> None:
    assert begun("Words.\n\n" + marks).blocks == ["<p>Words.</p>"]


@pytest.mark.parametrize(("text", "html"), [("1 2", "<p>1 2</p>"), ("- 1 2", "<ul><li>1 2</li></ul>")])
def test_numbers_that_can_be_no_items_are_shown(text: str, html: str) -> None:
    assert begun(text).blocks == [html]


def test_finishing_shows_what_was_kept_back() -> None:
    assert read(["12", "."]) == ['<ol start="12"><li></li></ol>']


def test_a_late_reader_finds_what_the_others_have() -> None:
    writing = begun("Hello ")
    writing.write("wor")
    writing.write("ld and")
    assert writing.blocks == ["<p>Hello world and</p>"]
