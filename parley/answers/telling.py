"""What the readers of an answer are told: all that happened since they last looked, each thing once, as it is now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from parley.conversation import thought_for
from parley.event_stream import Event, Notice, Reasoning
from parley.markdown import Append, Block, Change, Growing


@dataclass(frozen=True)
class Written:
    """That a block of an answer is new, or has `text` more at its end."""

    index: int
    text: str | None = None


class Telling:
    """The news of an answer in their order, and its blocks as they are now.

    A reader remembers how many news there were (`len`) and asks what happened `since`. It has no lock of its own:
    whoever tells and whoever asks take turns.
    """

    def __init__(self, text: str = "", thoughts: str = "", seconds: float | None = None) -> None:
        self._growing = Growing()
        self._last_block = -1
        self._news: list[Written | Reasoning | Notice] = []
        if thoughts:
            self.think(thoughts)
            self.thought_for(seconds)
        if text:
            self.write(text)

    def __len__(self) -> int:
        return len(self._news)

    @property
    def blocks(self) -> list[str]:
        """The HTML of each block as it is now."""
        return self._growing.blocks

    def write(self, text: str) -> None:
        self._publish(self._growing.write(text))

    def finish(self) -> None:
        self._publish(self._growing.finish())

    def think(self, text: str) -> None:
        self._news.append(Reasoning(text))

    def thought_for(self, seconds: float | None) -> None:
        if seconds is not None:
            self._news.append(Reasoning("", thought_for(seconds)))

    def note(self, message: str) -> None:
        self._news.append(Notice(message))

    def so_far(self) -> list[Event]:
        """For a reader who comes late: all of it."""
        thoughts = [one for one in self._news if isinstance(one, Reasoning)]
        return [
            *([_all_of(thoughts)] if thoughts else []),
            *[one for one in self._news if isinstance(one, Notice)],
            *[Block(index, html) for index, html in enumerate(self._growing.blocks)],
        ]

    def since(self, seen: int) -> list[Event]:
        """For a reader who has heard so many news: the rest. A block that changed thrice is told of once."""
        news = self._news[seen:]
        spoken = [one for one in news if not isinstance(one, Written)]
        return [*spoken, *self._as_they_are(_summed_up(one for one in news if isinstance(one, Written)))]

    def _publish(self, changes: Sequence[Change]) -> None:
        for change in changes:
            match change:
                case Append(text):
                    self._news.append(Written(self._last_block, text))
                case Block(index, html):
                    # Without HTML a block is taken back, and only the last one ever is.
                    self._last_block = max(self._last_block, index) if html else index - 1
                    self._news.append(Written(index))

    def _as_they_are(self, written: Mapping[int, str | None]) -> list[Event]:
        """Blocks that changed. Text goes to the end of all that is there, so it is enough for the last of them only."""
        blocks = self._growing.blocks
        return [
            Append(text) if text is not None and index == max(written) else Block(index, _at(blocks, index))
            for index, text in sorted(written.items())
        ]


def _all_of(thoughts: Sequence[Reasoning]) -> Reasoning:
    spans = [one.summary for one in thoughts if one.summary]
    return Reasoning("".join(one.text for one in thoughts), spans[-1] if spans else None)


def _summed_up(news: Iterable[Written]) -> dict[int, str | None]:
    """For each block that changed the text it has more, or None where that is not all that changed."""
    written: dict[int, str | None] = {}
    for one in news:
        before = written.get(one.index, "")
        written[one.index] = None if one.text is None or before is None else before + one.text
    return written


def _at(blocks: Sequence[str], index: int) -> str:
    """The HTML of a block, or none where it was taken back."""
    return blocks[index] if index < len(blocks) else ""
