"""A text in pieces as lines, none of them longer than can be read again with every word."""

import re
from collections.abc import Callable, Generator, Iterator

LONGEST = 2_048

# Where a line is broken, the next must not begin with anything that has a meaning there.
_WORD = re.compile(r"(?<=[ \t])[^\W\d_]")


class Lines:
    def __init__(self) -> None:
        self.partial = ""

    def take(self, text: str, is_code: Callable[[str], bool]) -> Iterator[str]:
        """The lines that have ended with this text.

        Of a line that is too long come parts: in code as they are, elsewhere as lines of their own. Whether it is code
        depends on the lines before, so it is asked when they have been read.
        """
        *whole, self.partial = (self.partial + text).split("\n")
        for line in whole:
            rest = yield from _parts(line, is_code)
            yield rest + "\n"
        self.partial = yield from _parts(self.partial, is_code)


def _parts(line: str, is_code: Callable[[str], bool]) -> Generator[str, None, str]:
    """What is cut from the beginning of a line; what it returns is the rest."""
    start = 0
    while len(line) - start > LONGEST:
        if is_code(line):
            end, ending = start + LONGEST, ""
        else:
            end, ending = _end_of_part(line, start), "\n"
        if not end:
            break
        yield line[start:end] + ending
        start = end
    return line[start:]


def _end_of_part(line: str, start: int) -> int:
    """Before a word, or else at twice the length; 0 as long as neither has come."""
    latest = start + 2 * LONGEST
    word = _WORD.search(line, start + LONGEST, latest)
    if word:
        return word.start()
    return latest if len(line) >= latest else 0
