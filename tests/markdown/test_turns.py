"""One worker has one thread for all of its streams: while much is rendered, the others have their turn."""

import json
import subprocess
import sys

# Gives way wherever it may, under gevent, and counts how often another greenlet has its turn during a single write.
SCRIPT = """
from gevent import monkey
monkey.patch_all()
import json, sys, threading, time
from parley.markdown import Growing, turns

def count_turns():
    while True:
        counted[0] += 1
        time.sleep(0)

turns.LONGEST = 0
counted = [0]
threading.Thread(target=count_turns, daemon=True).start()
counts = {}
for name, text in json.load(sys.stdin).items():
    growing, before = Growing(), counted[0]
    growing.write(text)
    counts[name] = counted[0] - before
print(json.dumps(counts))
"""

TEXTS = {
    "code": "```python\n" + "x = [1]  # one\n" * 250 + "```\n",
    "code in a list": "- a\n  ```python\n" + "  x = [1]  # one\n" * 100 + "\nend\n",
    "a list": "- an item of a *list*\n" * 120,
    "a table": "|a|b|c|d|\n|-|-|-|-|\n" + "|a|b|c|d|\n" * 120,
    "quotes": "> > a *quote*\n" * 125,
    "links": "See [it](https://example.org/a) and https://example.org/b now. " * 64,
    "emphasis": "*a* " * 1_000,
    "paragraphs": "A few *words*.\n\n" * 250,
}


def test_others_have_their_turn_while_a_long_block_is_rendered() -> None:
    command = [sys.executable, "-c", SCRIPT]
    run = subprocess.run(command, input=json.dumps(TEXTS), capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    turns = json.loads(run.stdout)
    assert turns.keys() == TEXTS.keys()
    for name, count in turns.items():
        assert count > 10, name
