"""How these tests ask: one question, and the answer as it came."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from parley.inference.client import ChatRequest, InferenceClient
from parley.inference.errors import InferenceError
from parley.inference.events import Event, Finished, Notice, Reasoning, Text, Usage

QUESTION = ChatRequest("parrot-2", ({"role": "user", "content": "Say something."},))


@dataclass
class Heard:
    """All that came of one question: events, and what went wrong at the end."""

    events: list[Event] = field(default_factory=list)
    error: InferenceError | None = None

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Text))

    @property
    def reasoning(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Reasoning))

    @property
    def reasons(self) -> list[str]:
        return [event.reason for event in self.events if isinstance(event, Finished)]

    @property
    def usage(self) -> list[tuple[int, int]]:
        return [(event.prompt, event.completion) for event in self.events if isinstance(event, Usage)]

    @property
    def notices(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Notice)]

    def hear(self, batches: Iterable[list[Event]]) -> None:
        try:
            for batch in batches:
                self.events += batch
        except InferenceError as error:
            self.error = error


def ask(client: InferenceClient, question: ChatRequest = QUESTION) -> Heard:
    heard = Heard()
    with client.ask(question) as reply:
        heard.hear(reply.batches())
    return heard


def error_of(client: InferenceClient, question: ChatRequest = QUESTION) -> InferenceError:
    """The error that a question meets before there is any answer."""
    try:
        with client.ask(question) as reply:
            reply.open()
    except InferenceError as error:
        return error
    raise AssertionError("the question was answered")
