"""What a request may cost at most, in tokens, and how to make it cost less.

An estimate is right on average, and somebody who wants to spend more than is counted writes what it is wrong about. So
what is set aside for a call goes by what cannot be exceeded: a tokenizer that works on bytes, as today's do, makes no
more tokens of a text than it has bytes in UTF-8.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from parley.inference.fitting import length_of
from parley.inference.request import SHORTEST_THINKING, USUAL_MAX_TOKENS, ChatRequest

AROUND_A_MESSAGE = 16  # tokens: who speaks, and the marks around it
AROUND_A_REQUEST = 256  # tokens that a model's template adds by itself, and what may be said to have it go on
IMAGE = 3200  # tokens, twice what the largest picture that we send is to Claude


@dataclass(frozen=True)
class Cost:
    """How long a prompt is, about and at most, and how long its answer may be."""

    prompt: int
    most_prompt: int
    most_answer: int

    @property
    def most(self) -> int:
        return self.most_prompt + self.most_answer


def cost_of(request: ChatRequest) -> Cost:
    """What a request may cost. Whose answer nobody has limited gets what all models can give."""
    payload = request.payload()
    messages = payload["messages"]
    most_prompt = AROUND_A_REQUEST + sum(map(_most_of, messages))
    return Cost(length_of(messages), most_prompt, payload.get("max_tokens") or USUAL_MAX_TOKENS)


def at_most(text: str) -> int:
    """The greatest number of tokens that a text can be to any model."""
    return len(text.encode("utf-8", "replace"))


def limited_to(request: ChatRequest, tokens: int) -> ChatRequest:
    """The request with an answer of at most so many tokens, thoughts included, also where the model refuses a limit."""
    limited = replace(request, max_tokens=tokens, must_be_limited=True)
    thinks_too_long = request.thinking_budget and max(request.thinking_budget, SHORTEST_THINKING) >= tokens
    return replace(limited, thinking_budget=None) if thinks_too_long else limited


def _most_of(message: Mapping[str, object]) -> int:
    content = message.get("content")
    parts = content if isinstance(content, list) else [content]
    return AROUND_A_MESSAGE + sum(map(_most_of_part, parts))


def _most_of_part(part: object) -> int:
    text = part.get("text") if isinstance(part, Mapping) else part
    return at_most(text) if isinstance(text, str) else IMAGE * bool(part)
