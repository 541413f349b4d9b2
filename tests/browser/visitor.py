"""Somebody at a browser, who finds things as a person does: by their role and their name."""

import re
from copy import copy
from typing import Self

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response, WebError, expect

CONVERSATION = re.compile(r"/conversations/[0-9a-f-]{36}(#.*)?$")


class Visitor:
    """A browser context of its own, with a page in it. What the browser complains of is kept."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.page: Page = context.new_page()
        self._complaints: list[str] = []
        self._forgiven: list[str] = []
        context.on("console", self._hear)
        context.on("weberror", self._catch)

    def another_tab(self) -> Self:
        """The same person with a further page. There is one list of complaints for all of them."""
        other = copy(self)
        other.page = self.context.new_page()
        return other

    # What is on the page

    @property
    def message(self) -> Locator:
        return self.page.get_by_label("Message")  # nothing else is called so, not even in part

    @property
    def send(self) -> Locator:
        return self.page.get_by_role("button", name="Send")

    @property
    def stop(self) -> Locator:
        return self.page.get_by_role("button", name="Stop")

    @property
    def retry(self) -> Locator:
        return self.page.get_by_role("button", name="Retry")

    @property
    def go_on(self) -> Locator:
        return self.page.get_by_role("button", name="Continue")

    @property
    def conversations(self) -> Locator:
        return self.page.get_by_role("navigation", name="Conversations")

    @property
    def headings(self) -> Locator:
        """The conversations in the list, by their titles."""
        return self.conversations.locator(".entry__link")

    def heading(self, title: str) -> Locator:
        """The link to a conversation in the list."""
        return self.conversations.get_by_role("link", name=title, exact=True)

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Conversation")

    @property
    def messages(self) -> Locator:
        return self.log.get_by_role("article")

    @property
    def answers(self) -> Locator:
        return self.log.locator(".message--answer")

    @property
    def answer(self) -> Locator:
        """The words of the latest answer."""
        return self.log.locator("[data-blocks]").last

    @property
    def alert(self) -> Locator:
        return self.page.get_by_role("alert")

    @property
    def status(self) -> Locator:
        return self.page.locator("[data-status]")

    @property
    def connection(self) -> Locator:
        """What the page says of the line to the server."""
        return self.page.locator("[data-connection]")

    @property
    def texts(self) -> Locator:
        """What was said, by either side, in its order."""
        return self.log.locator(".message__text")

    # What one does

    def open(self, path: str = "/") -> Response:
        response = self.page.goto(self.url + path)
        assert response
        return response

    def say(self, text: str) -> None:
        expect(self.page.locator("parley-composer:defined")).to_be_attached()  # before that, Enter breaks the line
        self.message.fill(text)
        self.message.press("Enter")

    def say_and_wait(self, text: str) -> None:
        self.say(text)
        self.wait_for_answer()

    def wait_for_answer(self) -> None:
        """Wait until the message is kept, its answer has ended, and the next one can be sent."""
        expect(self.page).to_have_url(CONVERSATION)
        expect(self.answers.last).not_to_have_attribute("data-state", "running")
        expect(self.message).to_have_value("")
        expect(self.send).to_be_enabled()

    def read_on(self, patience: float = 10_000) -> None:
        """Without script: read an answer that is still being written to its end, and come back to the page."""
        expect(self.message).to_have_value("")  # or it's still the page from which something was sent
        if self.page.locator("iframe").count():
            frame = self.page.frame_locator("iframe")
            frame.get_by_role("link", name="Back to the conversation").click(timeout=patience)
        expect(self.page.locator("iframe")).to_have_count(0)

    @property
    def answer_html(self) -> list[str]:
        """The HTML of each answer, and of what stands beneath it."""
        blocks = self.log.locator("[data-blocks], .message--answer [data-foot]")
        return [
            re.sub(r'value="[^"]*"', "", html) for html in blocks.evaluate_all("all => all.map(one => one.innerHTML)")
        ]

    def forgive(self, *words: str) -> None:
        """Don't mind complaints with these words: a browser reports every refused request as an error of the page."""
        self._forgiven.extend(words)

    @property
    def complaints(self) -> list[str]:
        return [one for one in self._complaints if not any(words in one for words in self._forgiven)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complaints.append(message.text)

    def _catch(self, error: WebError) -> None:
        self._complaints.append(str(error.error))
