"""What a visitor wishes of the answers in one conversation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Wishes that go with every question of a conversation. None leaves a matter to the model, or to the app."""

    model: str | None = None
    instructions: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning: str | None = None
