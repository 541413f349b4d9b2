"""What a visitor wishes of the answers in one conversation."""

from dataclasses import dataclass

INSTRUCTIONS_LIMIT = 10_000  # characters
GREATEST_LENGTH = 200_000  # tokens of an answer
REASONING = ("off", "on", "low", "medium", "high")

# What a visitor asks for comes after what the operator says, and says itself that it does.
BOTH = """\
{operators}

---

The person you talk to adds the instructions below. Follow them as far as they agree with those above.

{visitors}"""


@dataclass(frozen=True)
class Settings:
    """Wishes that go with every question of a conversation. None leaves a matter to the model, or to the app.

    Each turn brings them along and each changes them for all that is asked from then on, so where two tabs have
    different ones it is the turn that is sent last which counts, and a reload shows it in both.
    """

    model: str | None = None
    instructions: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning: str | None = None


def system_message(operators: str, visitors: str) -> str:
    """Both instructions as one message, the operator's first: some models take a single one, at the beginning only."""
    operators, visitors = operators.strip(), visitors.strip()
    if operators and visitors:
        return BOTH.format(operators=operators, visitors=visitors)
    return operators or visitors
