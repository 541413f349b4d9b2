"""Hearing an answer to its end, over as many connections as that takes."""

import time
from collections.abc import Generator

from bench.browser import Browser, Events
from bench.ledger import Heard, Ledger, Sighting
from bench.reading import Reading
from bench.speech import Question


class Hearing:
    """One visitor's. What is seen is written into the ledger; `foot` is what stands beneath the answer at last."""

    def __init__(self, browser: Browser, ledger: Ledger, answer: str, heard: Heard, events: Events) -> None:
        self.answer = answer
        self.heard = heard
        self.foot = ""
        self.has_ended = False
        self._browser = browser
        self._ledger = ledger
        self._progress = self._follow(events)

    def hear(self, words: float = float("inf")) -> None:
        """Hear so many words, or all."""
        for seen in self._progress:
            if seen >= words or not self._browser.has_time:
                return

    def hang_up(self) -> None:
        self._progress.close()

    def come_back(self) -> None:
        """Begin anew, with a connection of its own, as a page does that was loaded again."""
        self._progress = self._follow(self._browser.events(self.answer))

    def _follow(self, events: Events) -> Generator[int]:
        """How many words there are, after each event. A line that breaks is taken up again, as the page does it."""
        self._ledger.reading += 1
        try:
            yield from self._read(events)
            while not self.has_ended and self._browser.has_time:
                self._ledger.deeds["reconnects"] += 1
                events = self._browser.events(self.answer)
                yield from self._read(events)
        finally:
            events.close()
            self._ledger.reading -= 1

    def _read(self, events: Events) -> Generator[int]:
        reading = Reading(Question.read(self.heard.text))
        for name, fields in events:
            seen = reading.words
            reading.take(name, fields)
            if reading.words > seen:
                self.heard.sightings.append(Sighting(time.time(), reading.words))
            if name == "end":
                self._end(reading, fields)
            yield reading.words

    def _end(self, reading: Reading, fields: dict[str, str]) -> None:
        self.has_ended = True
        self.foot = fields.get("html", "")
        self.heard.state = fields["state"]
        self.heard.html = reading.fingerprint
        if not reading.is_in_order:
            self._ledger.mistakes.append(f"the events of answer {self.answer} told words twice, or left some out")
