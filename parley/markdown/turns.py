"""Others have their turn while much is rendered: a worker has one thread for all of its streams."""

from collections.abc import Iterable, Iterator
from itertools import islice
from time import perf_counter, sleep
from typing import TypeVar

# Seconds after which others have theirs. What can't be interrupted, the sanitiser above all, takes up
# to three times as long again.
LONGEST = 0.001

# Things of which so many take a fraction of that. To look at the clock for each would take longer than some of them do.
A_FEW = 32

Thing = TypeVar("Thing")


_began = 0.0  # of whoever renders: threads that take turns by themselves may well share it


def begin() -> None:
    """What comes before is not counted."""
    global _began  # one for each thread would cost more than all the looks at the clock
    _began = perf_counter()


def give_way() -> None:
    """Let others have their turn if this one was long."""
    if perf_counter() - _began > LONGEST:
        sleep(0)
        begin()


def in_turns(things: Iterable[Thing]) -> Iterator[Thing]:
    """The same things, however much is done with each."""
    rest = iter(things)
    while some := list(islice(rest, A_FEW)):
        yield from some
        if len(some) == A_FEW:
            give_way()
