"""What a reader is told while a text grows, and the page that comes of it."""

from dataclasses import dataclass

from parley.markdown.escaping import escaped


@dataclass(frozen=True)
class Block:
    """This block is now this HTML: it replaces the block of this index or comes after the last one.

    With no HTML the block was taken back. Only the last block ever is.
    """

    index: int
    html: str


@dataclass(frozen=True)
class Append:
    """Plain text that goes on at the end of the last block."""

    text: str


Change = Block | Append


def apply_append(html: str, text: str) -> str:
    """Put plain text at the end of the text of a block, before the tags that close it."""
    end = _end_of_text(html)
    return html[:end] + escaped(text) + html[end:]


def _end_of_text(html: str) -> int:
    end = len(html)
    while html.endswith(">", 0, end):
        tag = html.rfind("<", 0, end)
        if not html.startswith("</", tag):
            break
        end = tag
    return end


class Page:
    """The blocks as a reader has them who applied every change so far."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._appended: list[str] = []

    def __len__(self) -> int:
        return len(self._blocks)

    @property
    def blocks(self) -> list[str]:
        return list(self._settled())

    def put(self, index: int, html: str) -> list[Change]:
        blocks = self._settled()
        if index < len(blocks) and blocks[index] == html:
            return []
        blocks[index : index + 1] = [html]
        return [Block(index, html)]

    def append(self, text: str) -> list[Change]:
        """Text is kept aside until someone looks, so that a long block is not copied for each word."""
        if not text:
            return []
        self._appended.append(text)
        return [Append(text)]

    def take_back(self, length: int) -> list[Change]:
        """Leave this many blocks."""
        blocks = self._settled()
        gone = range(len(blocks) - 1, length - 1, -1)
        del blocks[length:]
        return [Block(index, "") for index in gone]

    def _settled(self) -> list[str]:
        if self._appended:
            self._blocks[-1] = apply_append(self._blocks[-1], "".join(self._appended))
            self._appended.clear()
        return self._blocks
