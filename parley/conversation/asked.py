"""How a model was asked for an answer: all but the words, which stand in the conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """The last request for an answer. With the conversation it can be put together again.

    `before` is what went before the conversation, without the words of the operator. `first` is the first message that
    was sent, `left_out` how many were not, for the length. An answer that had not ended well may have more words by
    now: `lengths` says how many characters of it there were. `images` says the same of the address of each image.
    """

    attachment: str
    path: str
    fields: Mapping[str, object]
    before: Sequence[str] = ()
    first: str | None = None
    left_out: int = 0
    lengths: Mapping[str, int] = field(default_factory=dict)
    images: Mapping[str, int] = field(default_factory=dict)
    was_told_to_go_on: bool = False
    was_too_long: bool = False
    refused: Sequence[str] = ()
