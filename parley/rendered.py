"""The HTML of what was said: from the shelf of this process, from the archive, or made now and kept in both."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from time import sleep
from typing import Protocol, TypeVar

from parley.archive import Archive, Rendering
from parley.conversation import Message, State
from parley.database import DatabaseRefused, DatabaseUnavailable
from parley.logfmt import Line
from parley.markdown import Growing, Shelf, imprint

SLICE = 4096  # characters rendered at a time; then others have their turn

Blocks = Callable[[str], Sequence[str]]
Found = Mapping[str, Sequence[str]]  # by their imprints

log = logging.getLogger(__name__)


class Said(Protocol):
    """A message as far as it matters here: one of a conversation, or of a snapshot that is shared."""

    @property
    def text(self) -> str: ...

    @property
    def state(self) -> State: ...

    @property
    def is_answer(self) -> bool: ...


Kind = TypeVar("Kind", bound=Said)


class Rendered:
    """Each method returns how the page of some messages finds the blocks of a text on it."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._shelf = Shelf()

    def shown(self, conversation: str, said: Iterable[Message]) -> Blocks:
        """For messages of a conversation. What had to be made for them is kept, if that can be done at once."""
        finished = _finished(said)
        found, made = self._blocks_of(conversation, finished)
        if made:
            self._keep([Rendering(finished[name].id, name, blocks) for name, blocks in made.items()])
        return _among(found, finished)

    def read(self, conversation: str, said: Iterable[Said]) -> Blocks:
        """For a snapshot of a conversation. Who reads it changes nothing in there."""
        finished = _finished(said)
        found, _made = self._blocks_of(conversation, finished)
        return _among(found, finished)

    def _blocks_of(self, conversation: str, finished: Mapping[str, Said]) -> tuple[Found, Found]:
        """All of them, by their imprints, and those that had to be made."""
        at_hand = {name: blocks for name in finished if (blocks := self._shelf.find(name)) is not None}
        kept = self._kept(conversation, finished.keys() - at_hand.keys())
        made = {name: _rendered(finished[name].text) for name in finished if name not in at_hand and name not in kept}
        for name, blocks in {**kept, **made}.items():
            self._shelf.keep(name, blocks)
        return {**at_hand, **kept, **made}, made

    def _kept(self, conversation: str, imprints: Collection[str]) -> Found:
        try:
            return self._archive.renderings.find(conversation, imprints) if imprints else {}
        except DatabaseUnavailable as failure:
            log.error(Line(renderings="none", cause=failure))
            return {}

    def _keep(self, made: Sequence[Rendering]) -> None:
        """A database that is locked, full or only read shows its pages all the same."""
        try:
            self._archive.renderings.keep(made)
        except (DatabaseUnavailable, DatabaseRefused) as failure:
            log.warning(Line(renderings="unkept", count=len(made), cause=failure))


def _finished(said: Iterable[Kind]) -> dict[str, Kind]:
    """The answers that have ended, by what is to stand beside their HTML."""
    return {imprint(one.text): one for one in said if one.is_answer and one.state is not State.RUNNING}


def _among(found: Found, finished: Mapping[str, Said]) -> Blocks:
    by_text = {one.text: found[name] for name, one in finished.items()}
    return lambda text: by_text[text] if text in by_text else _rendered(text)


def _rendered(text: str) -> Sequence[str]:
    growing = Growing()
    for start in range(0, len(text), SLICE):
        growing.write(text[start : start + SLICE])
        sleep(0)
    growing.finish()
    return growing.blocks
