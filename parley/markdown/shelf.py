"""The HTML of finished texts at hand, as far as there is room: of those that were asked for last.

It saves a page the way to the archive, and has it where nothing can be kept there at the moment.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence

ROOM = 8 * 1024 * 1024  # characters of HTML, of a dyno's 512 MB


class Shelf:
    """Texts are known by their imprints: they would take as much room as their HTML."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._taken = 0
        self._kept: OrderedDict[str, Sequence[str]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, imprint: str) -> Sequence[str] | None:
        """The blocks that were kept by this name, if they are still there."""
        with self._lock:
            if imprint in self._kept:
                self._kept.move_to_end(imprint)
            return self._kept.get(imprint)

    def keep(self, imprint: str, blocks: Sequence[str]) -> None:
        """Put them on the shelf; what was asked for longest ago makes room."""
        size = _size_of(blocks)
        with self._lock:
            if imprint in self._kept or size > self._room:
                return
            self._kept[imprint] = blocks
            self._taken += size
            while self._taken > self._room:
                self._taken -= _size_of(self._kept.popitem(last=False)[1])


def _size_of(blocks: Sequence[str]) -> int:
    return sum(map(len, blocks))
