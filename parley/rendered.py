"""The HTML of finished answers on a page: as it is kept, else rendered now, and kept if that can be done at once."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import sleep
from typing import Protocol

from parley.archive import Archive
from parley.conversation import State
from parley.database import DatabaseRefused, DatabaseUnavailable
from parley.logfmt import Line
from parley.markdown import blocks, imprint

Blocks = Callable[[str], Sequence[str]]
Found = Mapping[str, Sequence[str]]

log = logging.getLogger(__name__)


class Said(Protocol):
    """A message as far as it matters here: one of a conversation, or of a snapshot that is shared."""

    @property
    def text(self) -> str: ...

    @property
    def state(self) -> State: ...

    @property
    def is_answer(self) -> bool: ...


def blocks_of(said: Iterable[Said], conversation: str, archive: Archive) -> Blocks:
    """How the page of these messages, which are all of one conversation, finds the blocks of a text on it."""
    texts = {imprint(one.text): one.text for one in said if one.is_answer and one.text and one.state != State.RUNNING}
    kept = _kept(archive, conversation, texts)
    made = {text: _rendered(text) for name, text in texts.items() if name not in kept}
    if made:
        _keep(archive, conversation, made)
    found = made | {texts[name]: its_own for name, its_own in kept.items()}
    return lambda text: found[text] if text in found else _rendered(text)


def _kept(archive: Archive, conversation: str, texts: Mapping[str, str]) -> Found:
    """What there is, by imprints."""
    try:
        return archive.renderings.find(conversation, texts) if texts else {}
    except DatabaseUnavailable as failure:
        log.error(Line(renderings="none", cause=failure))
        return {}


def _keep(archive: Archive, conversation: str, made: Found) -> None:
    """A database that is locked or full, or can only be read, shows its pages all the same."""
    try:
        archive.renderings.keep(conversation, made)
    except (DatabaseUnavailable, DatabaseRefused) as failure:
        log.warning(Line(renderings="unkept", count=len(made), cause=failure))


def _rendered(text: str) -> Sequence[str]:
    """Others have their turn between two texts; within one, the renderer sees to that."""
    sleep(0)
    return blocks(text)
