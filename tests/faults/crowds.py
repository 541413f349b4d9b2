"""Several people who ask at once, each in conversations of their own."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from sqlalchemy import select, update

from parley.tables import messages
from tests import processes
from tests.callers import Caller
from tests.people import Page, Told
from tests.processes import Process

MANY = 50  # answers on their way when a process ends; the soak test has 500


@dataclass
class Asked:
    """A question that somebody asked, and where its answer is to be found."""

    caller: Caller
    question: str
    address: str
    events: Iterator[Told]

    @property
    def kept(self) -> list[dict[str, Any]]:
        return self.caller.kept(self.address)

    @property
    def page(self) -> Page:
        return self.caller.page(self.address)


class Crowd:
    """Visitors of one app. Every other question is asked as a script asks it, and watched; the rest by plain forms."""

    def __init__(self, server: Process, visitors: int = 5) -> None:
        self._leaving = ExitStack()
        self.callers = [self._leaving.enter_context(Caller(server)) for _ in range(visitors)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.close()

    def asks(self, count: int) -> list[Asked]:
        return [self._ask(number) for number in range(count)]

    def _ask(self, number: int) -> Asked:
        caller = self.callers[number % len(self.callers)]
        question = f"Question {number}?"
        if number % 2:
            start, events = caller.say(question)
            return Asked(caller, question, start["url"], events)
        response = caller.submit(question)
        assert response.status_code == 200, response.text
        return Asked(caller, question, urlsplit(response.url).path, iter(()))


def states(server: Process) -> Counter[tuple[str, str]]:
    """How many answers are kept with which state and which text."""
    with processes.database(server) as database, database.reading() as connection:
        rows = connection.execute(select(messages).where(messages.c.role == "assistant"))
        return Counter((row.state, row.text) for row in rows)


def grow_silent(server: Process) -> None:
    """Let it seem long ago that anything was heard of the answers that are running."""
    with processes.database(server) as database, database.writing() as connection:
        long_ago = datetime.now(UTC) - timedelta(minutes=1)
        connection.execute(update(messages).where(messages.c.state == "running").values(heartbeat_at=long_ago))
