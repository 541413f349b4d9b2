"""Somebody who uses the app over sockets, page by page and stream by stream."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Self

import requests

from parley.event_stream import decode
from tests.people import EVENTS, Form, Page, Told
from tests.processes import Process

PIECE = 65536  # bytes at most; what has come is passed on at once
PATIENCE = 30  # seconds of silence after which a test has failed


class Caller(requests.Session):
    """Has cookies of their own, reads pages and streams, and closes the streams that were not read to their end."""

    def __init__(self, server: Process) -> None:
        super().__init__()
        self.server = server
        self._streams = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._streams.close()
        self.close()

    def read(self, address: str, **options: Any) -> requests.Response:
        """What is at an address of the app, whatever its status."""
        return self.get(self.server.url + address, **{"timeout": PATIENCE} | options)

    def page(self, address: str = "/") -> Page:
        response = self.read(address)
        assert response.status_code == 200, response.text
        return Page(response.text)

    def kept(self, address: str) -> list[dict[str, Any]]:
        """The messages of a conversation, as they are kept."""
        messages: list[dict[str, Any]] = self.read(f"{address}.json").json()["messages"]
        return messages

    def submit(self, message: str, at: str = "/", **options: Any) -> requests.Response:
        """Send the form of a page with a message in it, as a browser without script does."""
        form = self.page(at).form("/turns")
        return self.press(form, message=message, **options)

    def press(
        self, form: Form, headers: dict[str, str] | None = None, stream: bool = False, **changes: str
    ) -> requests.Response:
        """Send a form as it stands on a page, but for what is changed in it."""
        address, fields = self.server.url + form.action, form.fields | changes
        response = self.post(address, fields, headers=headers, stream=stream, timeout=PATIENCE)
        self._streams.callback(response.close)
        return response

    def say(self, message: str, at: str = "/") -> tuple[dict[str, Any], Iterator[Told]]:
        """Say something as a script does; returns the start of the answer and the events that follow."""
        response = self.submit(message, at, headers=EVENTS, stream=True)
        assert response.status_code == 200, response.text
        events = decode(response.raw.stream(PIECE))
        return next(events)[1], events

    def watch(self, answer: str) -> Iterator[Told]:
        """The events of an answer that is there."""
        response = self.read(f"/answers/{answer}/events", headers=EVENTS, stream=True)
        self._streams.callback(response.close)
        return decode(response.raw.stream(PIECE))
