"""When the process of `flask run` ends, what is being answered is kept. For gunicorn, its configuration sees to it."""

import atexit
import signal
import sys
import time
from types import FrameType

from parley.answers import Answers

FAREWELL_SECONDS = 1.0  # for answers to finish; whoever runs this waits for a prompt
LAST_WORDS_SECONDS = 0.3  # for their readers to hear how they ended


def say_farewell_at_the_end(answers: Answers) -> None:
    """Interrupt and keep what still runs, also on SIGTERM, which would otherwise end Python without a word."""
    atexit.register(_say_farewell, answers)
    signal.signal(signal.SIGTERM, _leave)


def _say_farewell(answers: Answers) -> None:
    answers.farewell(FAREWELL_SECONDS)
    time.sleep(LAST_WORDS_SECONDS)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
