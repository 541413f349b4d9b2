"""How an answer ended, in words for those who read it elsewhere and have no buttons beneath it."""

from parley.conversation import State

_words = {
    State.RUNNING: "This answer was still being written.",
    State.STOPPED: "This answer was stopped here.",
    State.LENGTH: "This answer reached the greatest length the model may give, and ends here.",
    State.INTERRUPTED: "This answer broke off here.",
    State.FAILED: "This question got no answer.",
}


def how_it_ended(state: State) -> str | None:
    """What has to be said of an answer that is not whole."""
    return _words.get(state)
