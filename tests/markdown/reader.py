"""Someone who reads an answer while it is written: nothing but the changes, applied in order."""

from collections.abc import Iterable

from parley.markdown import Block, Change, Growing, apply_append


class Reader:
    def __init__(self) -> None:
        self.blocks: list[str] = []

    def hear(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if isinstance(change, Block):
                self._put(change)
            else:
                self.blocks[-1] = apply_append(self.blocks[-1], change.text)

    def _put(self, block: Block) -> None:
        last = len(self.blocks) - (not block.html)
        assert block.index <= last
        assert block.html or block.index == last, "only the last block is ever taken back"
        self.blocks[block.index : block.index + 1] = [block.html] if block.html else []


def pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def begun(text: str) -> Growing:
    """A text that was written in one piece and not finished."""
    growing = Growing()
    growing.write(text)
    return growing


def read(cut: Iterable[str]) -> list[str]:
    """The blocks of a text that comes cut like this, as a reader has them in the end."""
    growing, reader = Growing(), Reader()
    for piece in cut:
        reader.hear(growing.write(piece))
    reader.hear(growing.finish())
    assert reader.blocks == growing.blocks
    return reader.blocks
