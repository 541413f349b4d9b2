"""How a model was asked for an answer, noted down for whoever wants to know later."""

import logging
from collections.abc import Callable

from parley.conversation import Asked
from parley.inference.client import Reply
from parley.inference.sent import Sent
from parley.logfmt import Line

Describe = Callable[[Sent], Asked]

log = logging.getLogger(__name__)


class Recording:
    """`describe` makes a request what is kept of it. No answer fails because that does."""

    def __init__(self, reply: Reply, describe: Describe | None) -> None:
        self.asked: Asked | None = None
        self._reply = reply
        self._describe = describe

    def note(self) -> None:
        """Note the request as it is by now: the model's service may have wanted it otherwise than it was first put."""
        sent, self._reply.sent = self._reply.sent, None  # there may be megabytes of images in it
        if sent is None or self._describe is None:
            return
        try:
            self.asked = self._describe(sent)
        except Exception:
            log.exception(Line(asked="unknown"))
