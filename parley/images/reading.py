"""Has a file read by a process of its own, so that nobody else waits for it, and nothing in it can do harm here.

It takes the processor for up to a second and memory by the hundred megabytes, in code that has had its faults; and a
worker of gevent's does one thing at a time.
"""

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path

from parley.images.picture import DAMAGED, MOST_BYTES, TOO_HEAVY, Picture, Refused
from parley.logfmt import Line

SECONDS = 20  # until a process that does not answer is ended: it may have to wait for the processor
COMMAND = (sys.executable, "-m", "parley.images")
ROOT = Path(__file__).parents[2]

log = logging.getLogger(__name__)
_turn = threading.Lock()  # one file at a time in each worker, so that the memory for it is needed only once


def read(content: bytes) -> Picture:
    """The picture in a file, ready to be kept. Raises Refused."""
    if len(content) > MOST_BYTES:
        raise Refused(TOO_HEAVY)
    with _turn:
        return _picture(_output(content))


def _output(content: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - a command of our own, in which nothing is a visitor's
            COMMAND, cwd=ROOT, input=content, capture_output=True, timeout=SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        log.warning(Line(image="refused", cause="timeout", seconds=SECONDS))
        raise Refused(DAMAGED) from error
    except subprocess.CalledProcessError as error:
        log.warning(Line(image="refused", status=error.returncode, cause=_last_line(error.stderr)))
        raise Refused(DAMAGED) from error
    return done.stdout


def _picture(output: bytes) -> Picture:
    head, _, content = output.partition(b"\n")
    told = json.loads(head)
    if "refused" in told:
        raise Refused(told["refused"])
    return Picture(told["media_type"], told["width"], told["height"], content)


def _last_line(words: bytes) -> str:
    return words.decode("utf-8", "replace").strip().rpartition("\n")[2]
