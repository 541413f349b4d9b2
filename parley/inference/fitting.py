"""How much of a long conversation a model is sent: the newest turns that fit, whole, by estimated tokens."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import ceil

Message = Mapping[str, object]

# Between what several models need for prose, for code and for other scripts; docs/inference.md says how far it is off.
LETTERS_PER_TOKEN = 3.3
FURTHER_BYTES_PER_TOKEN = 2.5  # what a letter takes in UTF-8 beyond its first byte
TOKENS_PER_MESSAGE = 5  # who speaks, and the marks around it
TOKENS_PER_IMAGE = 1600  # of 1568 by 1568 pixels, the largest that are sent


def tokens_in(text: str) -> int:
    """About how many tokens a text is to a model. Counting them would need the tokenizer of each."""
    letters, size = len(text), len(text.encode("utf-8", "replace"))
    return ceil(letters / LETTERS_PER_TOKEN + (size - letters) / FURTHER_BYTES_PER_TOKEN)


def length_of(messages: Sequence[Message]) -> int:
    """About how many tokens messages are together."""
    return sum(map(_length, messages))


def fitting(messages: Sequence[Message], room: int) -> list[Message]:
    """What comes before the conversation, and as many of its newest turns as there is room for, but at least the last.

    A turn is a question and what was answered: a model that read an answer without its question would be puzzled.
    """
    before = [message for message in messages if message.get("role") == "system"]
    said = [message for message in messages if message.get("role") != "system"]
    turns = [place for place, message in enumerate(said) if message.get("role") == "user"]
    left = room - length_of(before)
    from_here_on = list(accumulate(map(_length, reversed(said))))[::-1]
    if not turns or from_here_on[0] <= left:
        return list(messages)
    return before + said[next((turn for turn in turns if from_here_on[turn] <= left), turns[-1]) :]


def _length(message: Message) -> int:
    content = message.get("content")
    parts = content if isinstance(content, list) else [content]
    return TOKENS_PER_MESSAGE + sum(map(_length_of_part, parts))


def _length_of_part(part: object) -> int:
    text = part.get("text") if isinstance(part, Mapping) else part
    return tokens_in(text) if isinstance(text, str) else TOKENS_PER_IMAGE * bool(part)
