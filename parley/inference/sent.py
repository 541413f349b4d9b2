"""What was sent to a model's service in the end, and how it was reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sent:
    """The request as it was put last. `refused` are fields that it had first, and that the service refused by name."""

    attachment: str
    path: str
    payload: Mapping[str, Any]
    refused: tuple[str, ...] = ()
    was_too_long: bool = False


@dataclass
class Contact:
    """When there was a connection and when the service began to answer, by the monotonic clock; what went before.

    `retries` counts how often a busy service was asked again, `reconnects` the connections that had died while idle.
    """

    connected_at: float | None = None
    answered_at: float | None = None
    retries: int = 0
    reconnects: int = 0
