"""What to send to a model that found a conversation too long: less of it."""

import re

from parley.inference.contexts import room_for_words
from parley.inference.errors import TooLong
from parley.inference.fitting import fitting, length_of
from parley.inference.request import ASKING_TO_GO_ON, Payload

SAFETY = 0.8  # of the room that a refusal names: asking a third time is not worth it

# "200000" in "215000 tokens > 200000 maximum", "2048" in "exceeds the available context size (2048 tokens)".
LIMITS = (
    re.compile(r">\s*(\d[\d,]{2,})"),
    re.compile(r"(?:context|maximum)[^\d>]{0,40}?(\d[\d,]{2,})", re.IGNORECASE),
)
NUMBER = re.compile(r"\d[\d,]{2,}")


def shortened(payload: Payload, refusal: TooLong) -> Payload | None:
    """The request with fewer of the oldest turns, or None where only the last question is left."""
    said = [message for message in payload["messages"] if message is not ASKING_TO_GO_ON]
    to_go_on = payload["messages"][len(said) :]
    length = length_of(said)
    for room in (_named_room(payload, refusal.reason, length), length // 2):
        fewer = fitting(said, room) if room else said
        if len(fewer) < len(said):
            return payload | {"messages": fewer + to_go_on}
    return None


def _named_room(payload: Payload, refusal: str, length: int) -> int | None:
    """How long the words may be by our estimate, where the refusal names what the model can hold."""
    limit = next(filter(None, (pattern.search(refusal) for pattern in LIMITS)), None)
    if limit is None:
        return None
    context = _number(limit[1])
    counted = max(map(_number, NUMBER.findall(refusal)))
    our_measure = length / counted if counted > context else 1.0
    max_tokens = payload.get("max_tokens") or payload.get("max_completion_tokens")
    return int(room_for_words(context, max_tokens) * our_measure * SAFETY)


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))
