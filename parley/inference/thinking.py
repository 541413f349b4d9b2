"""How a model is told to think at length, a little or not at all: each kind of model and of server is told otherwise.

| the model                           | "on", "low", "medium", "high"                      | "off"                   |
|-------------------------------------|----------------------------------------------------|-------------------------|
| Claude                              | `extended_thinking` with a budget of tokens        | nothing: it doesn't     |
| gpt-oss, gpt-5, o1 and the like     | `reasoning_effort`                                 | the least effort        |
| any other on Heroku                 | `reasoning_effort`, which Heroku drops in vain     | nothing                 |
| any other of llama.cpp, vLLM, Ollama| `reasoning_effort`, and the switch of its template | both, to say that it is |

Where a server refuses a field, it is left out (`request.REPAIRS`).
"""

import re
from dataclasses import replace

from parley.inference.attachments import Attachment
from parley.inference.request import ChatRequest

BUDGETS = {"low": 2048, "medium": 8192, "high": 16384}  # tokens to think with, before those of the answer
USUAL = "medium"  # how much is meant by "on"
LEAST = "low"
NONE = "none"

_has_a_budget = re.compile("claude", re.IGNORECASE)
_always_thinks = re.compile(r"\bgpt-(oss|[5-9])|\bo[1-9]\b", re.IGNORECASE)


def with_reasoning(request: ChatRequest, attachment: Attachment, wish: str | None) -> ChatRequest:
    """The request as it is put to a model that is to think as somebody wishes. Without a wish nothing is said of it."""
    if wish is None or (wish != "off" and _goes_on(request)):
        return request
    effort = USUAL if wish == "on" else wish
    if _has_a_budget.search(request.model):
        return replace(request, thinking_budget=BUDGETS.get(effort))
    if _always_thinks.search(request.model):
        return replace(request, reasoning_effort=LEAST if wish == "off" else effort)
    if attachment.is_heroku:
        return replace(request, reasoning_effort=None if wish == "off" else effort)
    return replace(request, reasoning_effort=NONE if wish == "off" else effort, template=_switch(wish != "off"))


def _goes_on(request: ChatRequest) -> bool:
    """Whether an answer is to be gone on with. Its thoughts were thought; Claude and llama.cpp refuse both at once."""
    return bool(request.messages) and request.messages[-1].get("role") == "assistant"


def _switch(is_on: bool) -> dict[str, object]:
    """What chat templates look for: Qwen's and most others the first, DeepSeek's and Granite's the second."""
    return {"enable_thinking": is_on, "thinking": is_on}
