"""What a visitor's browser does: keeps cookies, tries again when the server can't be reached, reads streams."""

import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from typing import Any

import requests
import urllib3

from bench.ledger import Failure, Ledger
from parley.event_stream import MIMETYPE, decode
from parley.security import COOKIE_BEHIND_ROUTER
from tests.people import Page

EVENTS = {"Accept": MIMETYPE}
BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError)
PATIENCE = (5, 40)  # seconds to connect, and of silence; the page has the same
FIRST_PAUSE = 0.5  # seconds before the second attempt; each further pause is twice as long
LONGEST_PAUSE = 10.0

Events = Generator[tuple[str, dict[str, Any]]]


class GaveUp(Exception):
    """The run is over, and the server could not be reached until then."""


class Browser:
    """One visitor's. Whatever fails is written into the ledger, then tried again until it succeeds."""

    def __init__(self, url: str, ledger: Ledger, deadline: float) -> None:
        self._url = url
        self._ledger = ledger
        self._deadline = deadline
        self._session = requests.Session()
        self._session.trust_env = False

    @property
    def cookie(self) -> str:
        return self._session.cookies.get(COOKIE_BEHIND_ROUTER) or ""

    def page(self, address: str) -> Page:
        return Page(self._insist("GET", address).text)

    def post(self, address: str, fields: Mapping[str, str]) -> None:
        """Press a button whose answer is of no interest."""
        self._insist("POST", address, data=fields, headers=EVENTS).close()

    def send(self, address: str, fields: Mapping[str, str]) -> str:
        """Send a form as a browser without scripts does. Returns where it leads."""
        return self._insist("POST", address, data=fields, allow_redirects=False).headers["Location"]

    def stream(self, address: str, fields: Mapping[str, str]) -> tuple[str, Events]:
        """Send a form as a script does, again and again until an answer has started. Returns which, and its events."""
        for _ in self._pauses():
            events = self._events_in(self._insist("POST", address, data=fields, headers=EVENTS, stream=True))
            if start := next(events, None):
                return start[1]["answer"], events
        raise GaveUp

    def events(self, answer: str) -> Events:
        """All the events of an answer, until its end or until the line breaks."""
        return self._events_in(self._insist("GET", f"/answers/{answer}/events", headers=EVENTS, stream=True))

    @property
    def has_time(self) -> bool:
        return time.time() < self._deadline

    def _trust_the_line(self) -> None:
        """As on a dyno the cookie is for HTTPS only, but the router that would speak it isn't here."""
        for cookie in self._session.cookies:
            cookie.secure = False

    def _insist(self, method: str, address: str, **options: Any) -> requests.Response:
        """Ask until there is an answer, with growing pauses, as the page does."""
        for _ in self._pauses():
            try:
                response = self._session.request(method, self._url + address, timeout=PATIENCE, **options)
            except BROKEN as error:
                self._fail(f"{type(error).__name__} {method} {address}")
                continue
            self._trust_the_line()
            if response.status_code < 400:
                return response
            self._fail(f"{response.status_code} {method} {address}")
            response.close()
        raise GaveUp

    def _pauses(self) -> Iterator[None]:
        pause = FIRST_PAUSE
        while self.has_time:
            yield
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _events_in(self, response: requests.Response) -> Events:
        with closing(response):
            try:
                yield from decode(response.raw.stream())
            except BROKEN as error:
                self._fail(f"{type(error).__name__} in the stream of {response.request.path_url}")

    def _fail(self, what: str) -> None:
        self._ledger.failures.append(Failure(time.time(), what))
