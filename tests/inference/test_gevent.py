"""The same under gevent, where threads are greenlets and sockets are not what they were."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CATCHING_UP = "test_a_reader_who_was_away_gets_all_that_came_meanwhile"
SCRIPT = """
from gevent import monkey
monkey.patch_all()
import sys, pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]]))
"""


def test_hanging_up_and_catching_up_work_between_greenlets_too() -> None:
    tests = [HERE / "test_hanging_up.py", f"{HERE / 'test_stream.py'}::{CATCHING_UP}"]
    command = [sys.executable, "-c", SCRIPT, *map(str, tests)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=110)
    assert run.returncode == 0, run.stdout + run.stderr
