"""Somebody who uses the app as a browser without script does: reads pages, and submits the forms that are on them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from parley.event_stream import MIMETYPE, decode

EVENTS = {"Accept": MIMETYPE}
Told = tuple[str, dict[str, Any]]


@dataclass
class Form:
    """A form on a page: where it goes, and what it would send."""

    action: str
    fields: dict[str, str]
    id: str = ""


class Page(HTMLParser):
    """What a person finds on a page: its forms, its links, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.frames: list[str] = []
        self.questions = [unescape(text) for text in re.findall(r'<div class="message__text"[^>]*>([^<]*)</div>', html)]
        self.html = html
        self._words: list[str] = []
        self._buttons: list[tuple[str, str]] = []
        self._textarea: str | None = None
        self._select: str | None = None
        self._link: str | None = None
        self.feed(html)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self._words).split())

    def form(self, ending: str) -> Form:
        """The form whose address ends so."""
        return next(form for form in self.forms if form.action.endswith(ending))

    def button(self, ending: str) -> Form:
        """What a button sends that stands outside of its form and has an address of its own, which ends so."""
        address, form = next(button for button in self._buttons if button[0].endswith(ending))
        return Form(address, next(one.fields for one in self.forms if one.id == form))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(named.get("action", ""), {}, named.get("id", "")))
        elif tag == "button" and "formaction" in named and "form" in named:
            self._buttons.append((named["formaction"], named["form"]))
        elif tag == "input" and self.forms and ("checked" in named or named.get("type") != "checkbox"):
            self.forms[-1].fields[named["name"]] = named.get("value", "")
        elif tag == "textarea":
            self._textarea = named["name"]
            self.forms[-1].fields[named["name"]] = ""
        elif tag == "select":
            self._select = named["name"]
        elif tag == "option" and self._select:
            if "selected" in named or self._select not in self.forms[-1].fields:
                self.forms[-1].fields[self._select] = named["value"]
        elif tag == "a":
            self._link = named.get("href", "")
            self.links[named.get("aria-label", "")] = self._link
        elif tag == "iframe":
            self.frames.append(named["src"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        if tag == "select":
            self._select = None
        if tag == "a":
            self._link = None

    def handle_data(self, text: str) -> None:
        if self._textarea:
            self.forms[-1].fields[self._textarea] += text.removeprefix("\n")
        elif self._link is not None:
            self.links[" ".join(text.split())] = self._link
            self._words.append(text)
        else:
            self._words.append(text)


class Person:
    """A browser with cookies of its own."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def at(self, app: Flask) -> "Person":
        """The same person, with the same cookie, at another process of the app."""
        person = Person(app)
        if cookie := self.client.get_cookie(self.client.application.config["SESSION_COOKIE_NAME"]):
            person.client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie.value)
        return person

    def open(self, address: str = "/") -> Page:
        response = self.client.get(address)
        assert response.status_code == 200, response.text
        return Page(response.text)

    def say(self, message: str, at: str = "/", **changes: Any) -> str:
        """Say something on the page at an address, as a form does, and read what comes back to its end.

        Returns the address of the conversation.
        """
        response = self.send(message, at, **changes)
        assert response.status_code == 303, response.text
        here = response.location.partition("#")[0]
        self.finish(here)
        return here

    def send(self, message: str, at: str = "/", headers: dict[str, str] | None = None, **changes: Any) -> TestResponse:
        form = self.open(at).form("/turns")
        return self.client.post(form.action, data=form.fields | {"message": message} | changes, headers=headers)

    def hear(self, message: str, at: str = "/", **changes: Any) -> list[Told]:
        """Say something as a script does, and take all the events of the answer."""
        response = self.send(message, at, EVENTS, **changes)
        assert response.status_code == 200, response.text
        return list(events_of(response))

    def finish(self, address: str) -> None:
        """Wait until no answer of a conversation runs any more, by reading each to its end."""
        for frame in self.open(address).frames:
            assert self.client.get(frame).text


def events_of(response: TestResponse) -> Iterator[Told]:
    """The events of a stream, each as soon as it has come."""
    return decode(response.iter_encoded())
