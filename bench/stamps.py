"""Words that say when they were said, so that whoever reads one knows how long it was on its way.

Both ends read the same clock: the one that runs since the machine does. A word is six letters and means nothing to
Markdown.
"""

import re
import time
from string import ascii_lowercase

LETTERS = 5
RANGE = len(ascii_lowercase) ** LETTERS  # milliseconds, more than three hours

_stamp = re.compile(rb"Q([a-z]{5})")
_pairs = [a + b for a in ascii_lowercase for b in ascii_lowercase]
_values = {pair.encode(): value for value, pair in enumerate(_pairs)}


def now() -> float:
    """In milliseconds, beginning again every three hours."""
    moment: float = time.monotonic() * 1000 % RANGE
    return moment


def stamp(moment: float) -> bytes:
    """The word for a moment."""
    rest, last = divmod(int(moment), len(ascii_lowercase))
    high, low = divmod(rest, len(_pairs))
    return f"Q{_pairs[high]}{_pairs[low]}{ascii_lowercase[last]}".encode()


def moments_in(content: bytes) -> list[int]:
    """When the words in some text were said, in the order in which they stand there."""
    return [_moment(found) for found in _stamp.findall(content)]


def _moment(letters: bytes) -> int:
    pairs = _values[letters[:2]] * len(_pairs) + _values[letters[2:4]]
    return pairs * len(ascii_lowercase) + letters[4] - ord("a")
