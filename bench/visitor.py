"""Somebody who talks with a model, and does what people do: listens, stops it, leaves, reloads, asks again."""

import time
from random import Random
from uuid import uuid4

from bench.browser import Browser, Events, GaveUp
from bench.hearing import Hearing
from bench.ledger import Delay, Heard, Ledger, Said
from bench.speech import question
from tests.people import Form, Page

WHIMS = {"listens": 70, "stops": 10, "leaves": 8, "reloads": 12}  # of a hundred answers
SHARE_OF_PRESSES = 0.6  # of the answers beneath which there are buttons: to retry, or to go on
SHARE_WITHOUT_SCRIPTS = 0.05  # of the messages
SHARE_OF_NEW_CONVERSATIONS = 0.35
THINKING = 1.0  # seconds between an answer and the next message, on average


class Visitor:
    """`mean` is how many words an answer has on average."""

    def __init__(self, number: int, browser: Browser, ledger: Ledger, random: Random, mean: float) -> None:
        self._number = number
        self._browser = browser
        self._ledger = ledger
        self._random = random
        self._mean = mean

    def live_until(self, closing_time: float) -> None:
        try:
            while time.time() < closing_time:
                self._converse_until(closing_time)
        except GaveUp:
            self._ledger.deeds["gave up"] += 1

    def _converse_until(self, closing_time: float) -> None:
        """One conversation on one page, until the visitor would like another."""
        form = self._browser.page("/").form("/turns")
        self._ledger.cookies[self._number] = self._browser.cookie
        while time.time() < closing_time:
            self._talk(form)
            time.sleep(self._random.expovariate(1 / THINKING))
            if self._random.random() < SHARE_OF_NEW_CONVERSATIONS:
                return

    def _talk(self, form: Form) -> None:
        """Say something, attend to the answer, and press the buttons beneath it, if there are any, for a while."""
        hearing = self._say(form)
        self._attend(hearing, form)
        while button := self._button_beneath(hearing):
            hearing = self._press(button, hearing)
            self._attend(hearing, form)

    def _say(self, form: Form) -> Hearing:
        text = str(question(self._random, self._mean))
        fields = form.fields | {"message": text, "turn": str(uuid4())}
        conversation = form.action.split("/")[2]
        begun = time.time()
        answer, events = self._sent(form.action, fields)
        self._ledger.starts.append(Delay(begun, time.time() - begun))
        self._ledger.said.append(Said(self._number, conversation, text, answer))
        return self._hearing(answer, Heard(conversation, text), events)

    def _sent(self, action: str, fields: dict[str, str]) -> tuple[str, Events]:
        """Once the message is acknowledged: which answer it has, and the events of that."""
        if self._random.random() < SHARE_WITHOUT_SCRIPTS:
            answer = self._browser.send(action, fields).rpartition("#message-")[2]
            return answer, self._browser.events(answer)
        return self._browser.stream(action, fields)

    def _press(self, button: Form, before: Hearing) -> Hearing:
        """Ask for another answer, or for the rest of this one."""
        self._ledger.deeds[button.action.rpartition("/")[2]] += 1
        answer, events = self._browser.stream(button.action, button.fields)
        return self._hearing(answer, Heard(before.heard.conversation, before.heard.text), events)

    def _hearing(self, answer: str, heard: Heard, events: Events) -> Hearing:
        """To hear an answer that is new, or one that goes on: what was seen of that remains to be accounted for."""
        known = self._ledger.heard.setdefault(answer, heard)
        known.state = known.html = None
        return Hearing(self._browser, self._ledger, answer, known, events)

    def _button_beneath(self, hearing: Hearing) -> Form | None:
        buttons = Page(hearing.foot).forms
        return self._random.choice(buttons) if buttons and self._random.random() < SHARE_OF_PRESSES else None

    def _attend(self, hearing: Hearing, form: Form) -> None:
        """Hear an answer to its end, unless something else comes to mind in the middle of it."""
        whim = self._random.choices(list(WHIMS), list(WHIMS.values()))[0]
        if whim != "listens":
            hearing.hear(words=round(self._random.expovariate(1 / self._mean)) + 1)
        if hearing.has_ended:
            return

        self._ledger.deeds[whim] += 1
        match whim:
            case "listens":
                hearing.hear()
            case "stops":
                self._stop(hearing, form)
            case "leaves":
                hearing.hang_up()
            case "reloads":
                self._reload(hearing)

    def _stop(self, hearing: Hearing, form: Form) -> None:
        begun = time.time()
        self._browser.post(f"/answers/{hearing.answer}/stop", form.fields)
        hearing.hear()
        self._ledger.stops.append(Delay(begun, time.time() - begun))

    def _reload(self, hearing: Hearing) -> None:
        hearing.hang_up()
        page = self._browser.page(f"/conversations/{hearing.heard.conversation}?at={hearing.answer}")
        if f'id="message-{hearing.answer}"' not in page.html:
            self._ledger.mistakes.append(f"the page of its conversation does not show answer {hearing.answer}")
        hearing.come_back()
        hearing.hear()
