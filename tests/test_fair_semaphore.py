"""Whoever waits for a place gets it in their turn, and whoever gives up takes none with them."""

import threading
from contextlib import ExitStack

import pytest

from parley.fair_semaphore import FairSemaphore
from tests.waiting import eventually


def test_who_came_first_is_first_and_who_leaves_and_comes_again_is_last() -> None:
    line, served = FairSemaphore(1), list[str]()

    def wait(name: str) -> None:
        with line.place(20):
            served.append(name)

    waiting = [threading.Thread(target=wait, args=(name,)) for name in "abc"]
    with line.place(0):
        for before, thread in enumerate(waiting):
            thread.start()
            assert eventually(lambda before=before: line.waiting > before)  # type: ignore[misc]
    with line.place(20):
        served.append("who had it")
    for thread in waiting:
        thread.join()
    assert served == ["a", "b", "c", "who had it"]


def test_there_are_so_many_places_and_no_more() -> None:
    line = FairSemaphore(2)
    with ExitStack() as inside:
        inside.enter_context(line.place(0))
        inside.enter_context(line.place(0))
        with pytest.raises(TimeoutError, match="no place was free for 0 seconds"), line.place(0):
            pass
        assert line.waiting == 0
    with line.place(0), line.place(0):
        pass


def test_a_place_is_left_however_its_block_ends() -> None:
    line = FairSemaphore(1)
    with pytest.raises(ZeroDivisionError), line.place(0):
        1 / 0  # noqa: B018
    with line.place(0):
        pass
