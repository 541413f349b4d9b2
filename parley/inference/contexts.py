"""How many tokens a model can hold, question and answer together."""

import re

# Where the server's list of models does not say it. The first name that is found in that of the model counts.
CONTEXTS = (
    ("claude", 200_000),
    ("gpt-oss", 128_000),
    ("nova-2", 1_000_000),
    ("nova-(lite|pro)", 300_000),
    ("deepseek", 128_000),
    ("kimi-k2", 256_000),
    ("qwen3-coder", 256_000),
)
UNKNOWN = 128_000  # a guess that is too high costs one refusal, which mostly names the limit; one too low, memory
USUAL_ANSWER = 8192  # tokens to be left for an answer whose length nobody has limited
LARGEST_SHARE = 4  # or a quarter of what the model can hold, where that is less


def usual_context(model: str) -> int:
    """What a model of this name is known to hold."""
    return next((tokens for name, tokens in CONTEXTS if re.search(name, model, re.IGNORECASE)), UNKNOWN)


def room_for_words(context: int, max_tokens: int | None = None) -> int:
    """How much of it the conversation may take: the answer needs room as well."""
    share = context // LARGEST_SHARE
    wanted = max_tokens if max_tokens is not None else min(USUAL_ANSWER, share)
    return context - (wanted if wanted < context else share)
