"""One short question to a model: whether it answers, and how soon."""

import time
from dataclasses import dataclass
from threading import Timer

from parley.inference.client import ChatRequest, InferenceClient, Reply
from parley.inference.errors import Empty, InferenceError, TimedOut
from parley.inference.events import Notice

QUESTION = {"role": "user", "content": "Hi"}
PATIENCE = 20  # seconds for the first word: a page that shows what is found must not wait for ever


@dataclass(frozen=True)
class Asked:
    """A model that was asked, and the seconds until its first word came, or what came in its place."""

    model: str
    seconds: float = 0
    failure: InferenceError | None = None


def ask(client: InferenceClient, model: str, patience: float) -> Asked:
    """Ask for one token. What a model says is not looked at."""
    began = time.monotonic()
    reply = client.ask(ChatRequest(model, (QUESTION,), max_tokens=1))
    alarm = Timer(patience, reply.hang_up)
    alarm.start()
    failure = _failure_of(reply)
    alarm.cancel()
    seconds = time.monotonic() - began
    return Asked(model, seconds, TimedOut(f"no word within {patience:g} s") if seconds >= patience else failure)


def _failure_of(reply: Reply) -> InferenceError | None:
    """Hear the first word, or what comes in its place."""
    try:
        with reply:
            for events in reply.batches():
                if any(not isinstance(event, Notice) for event in events):
                    return None
    except Empty:
        return None  # a model that thinks first may have no word left: it answers all the same
    except InferenceError as failure:
        return failure
    return None
