"""How these tests ask: one question, and all that its visitor comes to see of the answer."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from requests import Response

from parley.event_stream import decode
from parley.markdown import Append, Block
from tests.callers import Caller
from tests.faults.conftest import UNLIKE
from tests.markdown.reader import Reader
from tests.people import EVENTS, Form, Page, Told

in_one_place = pytest.mark.parametrize("standing", UNLIKE[:1], ids="-".join, indirect=True)


@dataclass(frozen=True)
class Seen:
    """An answer that has ended: as it was told, as the page shows it after a reload, and as it is kept."""

    address: str
    events: list[Told]
    page: Page
    kept: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.kept["id"])

    @property
    def text(self) -> str:
        return str(self.kept["text"])

    @property
    def end(self) -> dict[str, Any]:
        return self.events[-1][1]

    @property
    def state(self) -> str:
        return str(self.end["state"])

    @property
    def error(self) -> str:
        return str(self.end["error"])

    def offers(self, action: str) -> bool:
        """Whether there is a button for it, beneath the answer as it was told and on the page."""
        address = f'action="/answers/{self.id}/{action}"'
        return address in self.end["html"] and address in self.page.html

    def form(self, action: str) -> Form:
        return self.page.form(f"{self.id}/{action}")


def ask(visitor: Caller, message: str = "Hi", at: str = "/", **changes: str) -> Seen:
    """Ask, and wait for the end of the answer."""
    form = visitor.page(at).form("/turns")
    return press(visitor, form, message=message, **changes)


def press(visitor: Caller, form: Form, **changes: str) -> Seen:
    """Send a form that leads to an answer, and wait for its end."""
    return hear(visitor, visitor.press(form, headers=EVENTS, stream=True, **changes))


def hear(visitor: Caller, response: Response) -> Seen:
    """Read the stream of an answer to its end."""
    assert response.status_code == 200, response.text
    (name, start), *events = decode([response.content])
    assert name == "start"
    return seen(visitor, start, events)


def seen(visitor: Caller, start: dict[str, Any], events: list[Told]) -> Seen:
    """All that there is to see of an answer. Whoever looks, it ended in the same way, and nothing of ours broke."""
    address: str = start["url"]
    kept = next(message for message in visitor.kept(address) if message["id"] == start["answer"])
    told = Seen(address, events, visitor.page(address), kept)
    assert [name for name, _ in events].index("end") == len(events) - 1
    assert told.state == kept["state"] == _state_on(told.page, told.id)
    assert told.end.get("error") == kept["error"]
    assert kept["error"] is None or kept["error"] in told.page.words
    assert f"data-blocks>{_blocks(events)}</div>" in re.sub(r"data-blocks>\s+", "data-blocks>", told.page.html)
    assert "Traceback" not in _log_since(visitor, start["conversation"])
    return told


def _blocks(events: list[Told]) -> str:
    """The HTML of an answer, by what its readers were told."""
    changes = {"block": Block, "append": Append}
    reader = Reader()
    reader.hear(changes[name](**fields) for name, fields in events if name in changes)
    return "".join(reader.blocks)


def _log_since(visitor: Caller, conversation: str) -> str:
    """What the server has printed since it first heard of a conversation."""
    _, _, rest = visitor.server.log.partition(conversation)
    return rest


def _state_on(page: Page, answer: str) -> str:
    [state] = re.findall(rf'id="message-{answer}" data-state="(\w+)"', page.html)
    return str(state)
