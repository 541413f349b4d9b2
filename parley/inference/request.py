"""What is asked of a model, in the fields its server takes, and what to leave out when it refuses one of them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from parley.inference.attachments import Attachment
from parley.inference.contexts import room_for_words
from parley.inference.errors import InferenceError, TooLong
from parley.inference.fitting import fitting

Payload = dict[str, Any]

SHORTEST_THINKING = 1024
USUAL_MAX_TOKENS = 4096
NOT_SENT_BACK = ("reasoning", "reasoning_content")
THOUGHTS = ("thinking", "reasoning", "think")
REFUSED_FIELD = (400, 422)
GO_ON = (
    "Your last message broke off. Go on from exactly where it ends: repeat nothing, introduce nothing, and begin with"
    " the very next character, be it a blank or a line break."
)
ASKING_TO_GO_ON: Mapping[str, object] = {"role": "user", "content": GO_ON}


@dataclass(frozen=True)
class ChatRequest:
    """A conversation to go on with, and how. Where its last message is an answer, that is to be gone on with.

    Of what is longer than the `context` of the model, in tokens, the oldest turns are left out. One that
    `must_be_limited` is never put without its `max_tokens`, whatever the model's service says to that.
    """

    model: str
    messages: tuple[Mapping[str, object], ...]
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning_effort: str | None = None
    thinking_budget: int | None = None
    context: int | None = None
    must_be_limited: bool = False
    template: Mapping[str, object] | None = None

    def payload(self, stream: bool = True) -> Payload:
        """The body of the request, without the fields that nobody set."""
        fields = {
            "model": self.model,
            "messages": self._sent,
            "stream": stream,
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "reasoning_effort": self.reasoning_effort,
            "chat_template_kwargs": self.template,
            **self._thinking(),
        }
        return {name: value for name, value in fields.items() if value is not None}

    @property
    def repairs(self) -> "Repairs":
        """What may be changed about it where it is refused."""
        return REPAIRS_WITHIN_A_LIMIT if self.must_be_limited else REPAIRS

    @property
    def is_cut(self) -> bool:
        """Whether some of the conversation is not sent, for its length."""
        return len(self._sent) < len(self._sendable)

    @cached_property
    def _sent(self) -> list[Mapping[str, object]]:
        if self.context is None:
            return self._sendable
        max_tokens = self._thinking().get("max_tokens", self.max_tokens)
        return fitting(self._sendable, room_for_words(self.context, max_tokens))

    @cached_property
    def _sendable(self) -> list[Mapping[str, object]]:
        return sendable(self.messages)

    def _thinking(self) -> Payload:
        """Thinking wants the temperature at 1, and room for the answer after its own tokens."""
        if not self.thinking_budget:
            return {}
        budget = max(self.thinking_budget, SHORTEST_THINKING)
        room = self.max_tokens or USUAL_MAX_TOKENS
        return {
            "extended_thinking": {"enabled": True, "budget_tokens": budget, "include_reasoning": True},
            "temperature": 1,
            "max_tokens": room if self.max_tokens and room > budget else budget + room,
        }


def in_the_dialect_of(attachment: Attachment, payload: Payload) -> Payload:
    """The same request, as the server at the other end takes it.

    Heroku drops the fields it does not know, if asked to, and used to refuse `stream_options`; it tells the usage
    unasked. Other servers tell it only if asked, and some refuse fields that they do not know.
    """
    if attachment.is_heroku:
        return payload | {"allow_ignored_params": True}
    if payload["stream"]:
        return payload | {"stream_options": {"include_usage": True}}
    return payload


def repaired(payload: Payload, refusal: InferenceError, repairs: "Repairs") -> tuple[Payload, str] | None:
    """The request without the field that the refusal names, and what to tell the visitor. None if it names none."""
    if refusal.status not in REFUSED_FIELD or isinstance(refusal, TooLong):
        return None
    for pattern, repair, notice in repairs:
        if re.search(pattern, refusal.reason, re.IGNORECASE) and (better := repair(payload)):
            return better, notice
    return None


def sendable(messages: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The messages without what must not be sent back, and without those of which that leaves nothing."""
    stripped = (_without_reasoning(message) for message in messages)
    return [message for message in stripped if not _is_empty(message)]


def without_thoughts(text: str) -> str:
    """An answer without the blocks in which some models write down what they think: it is not to be sent back."""
    for name in THOUGHTS:
        head, end, tail = text.rpartition(f"</{name}>")
        if end:
            text = re.sub(rf"<{name}>.*?</{name}>\s*", "", head + end, flags=re.DOTALL) + tail
    return text.strip()


def _without_reasoning(message: Mapping[str, object]) -> Mapping[str, object]:
    kept = {name: value for name, value in message.items() if name not in NOT_SENT_BACK}
    if message.get("role") == "assistant" and isinstance(content := message.get("content"), str):
        kept["content"] = without_thoughts(content)
    return kept


def _is_empty(message: Mapping[str, object]) -> bool:
    content = message.get("content")
    has_words = bool(content.strip()) if isinstance(content, str) else bool(content)
    return not has_words and not message.get("tool_calls")


def _without(name: str) -> Callable[[Payload], Payload | None]:
    def repair(payload: Payload) -> Payload | None:
        return {field: value for field, value in payload.items() if field != name} if name in payload else None

    return repair


def _asking_to_go_on(payload: Payload) -> Payload | None:
    """Some models go on with an answer that stands at the end, others want to be asked."""
    if payload["messages"][-1].get("role") != "assistant":
        return None
    return payload | {"messages": [*payload["messages"], ASKING_TO_GO_ON]}


def _without_effort_none(payload: Payload) -> Payload | None:
    """Servers that know no such effort have the switch of the template beside it."""
    return _without("reasoning_effort")(payload) if payload.get("reasoning_effort") == "none" else None


def _with_the_other_limit(payload: Payload) -> Payload | None:
    """`max_completion_tokens` is what some call `max_tokens`. There is no way back: two refusals would have no end."""
    if "max_tokens" not in payload:
        return None
    limit = payload["max_tokens"]
    return {field: value for field, value in payload.items() if field != "max_tokens"} | {
        "max_completion_tokens": limit
    }


def _at_the_usual_length(payload: Payload) -> Payload | None:
    """In the place of a longer one: all models can give answers of this length."""
    limit = payload.get("max_completion_tokens")
    return payload | {"max_completion_tokens": USUAL_MAX_TOKENS} if limit and limit > USUAL_MAX_TOKENS else None


Repair = tuple[str, Callable[[Payload], Payload | None], str]
Repairs = tuple[Repair, ...]

WITHOUT_A_LIMIT: Repair = (
    "max_(completion_)?tokens",
    _without("max_completion_tokens"),
    "This model can't give answers of the length that was set, so it uses its own.",
)
WITH_THE_USUAL_LIMIT: Repair = (
    "max_(completion_)?tokens",
    _at_the_usual_length,
    "This model can't give answers of the length that was set, so this one is shorter.",
)
REPAIRS: Repairs = (
    ("prefill|(user|assistant|last|final) (message|turn)|alternate", _asking_to_go_on, ""),
    ("thinking", _without("extended_thinking"), "This model cannot think at length first, so it answers at once."),
    ("stream_options", _without("stream_options"), ""),
    ("chat_template|enable_thinking", _without("chat_template_kwargs"), "This model has no switch for its reasoning."),
    ("reasoning_effort", _without_effort_none, ""),
    ("reasoning_effort", _without("reasoning_effort"), "This model takes no reasoning effort, so it uses its own."),
    ("temperature", _without("temperature"), "This model takes no temperature, so it uses its own."),
    ("max_(completion_)?tokens", _with_the_other_limit, ""),
    WITHOUT_A_LIMIT,
    ("allow_ignored_params", _without("allow_ignored_params"), ""),
)
REPAIRS_WITHIN_A_LIMIT: Repairs = tuple(
    WITH_THE_USUAL_LIMIT if repair is WITHOUT_A_LIMIT else repair for repair in REPAIRS
)
