"""Others have their turn while much is rendered: a worker has one thread for all of its streams."""

from collections.abc import Iterable, Iterator
from itertools import islice
from threading import local
from time import sleep, thread_time
from typing import TypeVar

# Seconds of the processor after which others have theirs. What can't be interrupted, the sanitiser above all, takes up
# to three times as long again.
LONGEST = 0.001

# Things of which so many take a fraction of that. To look at the clock for each would take longer than some of them do.
A_FEW = 32

Thing = TypeVar("Thing")


class _Turn(local):
    began = 0.0


_turn = _Turn()


def begin() -> None:
    """What comes before is not counted."""
    _turn.began = thread_time()


def give_way() -> None:
    """Let others have their turn if this one was long."""
    if thread_time() - _turn.began > LONGEST:
        sleep(0)
        begin()


def in_turns(things: Iterable[Thing]) -> Iterator[Thing]:
    """The same things, however much is done with each."""
    rest = iter(things)
    while some := list(islice(rest, A_FEW)):
        yield from some
        if len(some) == A_FEW:
            give_way()
