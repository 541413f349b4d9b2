"""The reply of nobody: where no model could be asked."""

from collections.abc import Generator

from parley.inference.errors import InferenceError
from parley.inference.events import Event
from parley.inference.reply import Reply


class Unasked(Reply):
    """Says why when it is opened, so that a message is kept and its answer fails like any other."""

    def __init__(self, failure: InferenceError) -> None:
        self._failure = failure

    def open(self) -> None:
        raise self._failure

    def batches(self) -> Generator[list[Event]]:
        raise self._failure

    def hang_up(self) -> None:
        pass

    def close(self) -> None:
        pass
