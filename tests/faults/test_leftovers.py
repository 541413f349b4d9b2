"""When readers come and go: nothing of theirs stays behind."""

import pytest

from tests.faults.conftest import UNLIKE
from tests.faults.crowds import Crowd, states
from tests.processes import Process
from tests.upstream import Upstream
from tests.waiting import eventually

CROWD = 30
SPARE_FILES = 10  # beside the connections that each crowd leaves open for the next
SPARE_MEMORY = 10 * 2**20  # bytes; what an allocator keeps for the next answers differs from time to time


@pytest.mark.parametrize("place", UNLIKE[:1], ids="-".join, indirect=True)
def test_readers_who_leave_take_their_files_threads_and_memory_with_them(server: Process, upstream: Upstream) -> None:
    come_and_go(server, upstream)
    files, threads, memory = taken(server)
    come_and_go(server, upstream)
    assert eventually(lambda: taken(server)[0] <= files + SPARE_FILES)
    assert eventually(lambda: taken(server)[1] <= threads)
    assert taken(server)[2] < memory + SPARE_MEMORY


def come_and_go(server: Process, upstream: Upstream) -> None:
    """Many answers begin, and half of their readers leave in the midst of them."""
    before = states(server)["complete", "Word. Another."]
    upstream.says("Word.", " Another.")
    upstream.stalls_after(1)
    with Crowd(server) as patient:
        asked = patient.asks(CROWD // 2)
        with Crowd(server) as impatient:
            impatient.asks(CROWD // 2)
            assert eventually(lambda: states(server)["running", "Word."] == CROWD)
        upstream.release()
        for one in asked[1::2]:
            assert list(one.events)[-1][1]["state"] == "complete"
        assert eventually(lambda: states(server)["complete", "Word. Another."] == before + CROWD)


def taken(server: Process) -> tuple[int, int, int]:
    """Its open files, threads and bytes of memory by now."""
    tree = server.tree
    return (
        sum(process.num_fds() for process in tree),
        sum(process.num_threads() for process in tree),
        sum(process.memory_info().rss for process in tree),
    )
