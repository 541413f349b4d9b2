"""Something of everything that can be in a database, made as visitors make it, and what they see of it."""

import re
from typing import Any

from flask import Flask

from tests.people import Form, Page, Person
from tests.test_shares import share
from tests.trees import TREE, brought_back, illustrated
from tests.upstream import Upstream

Seen = dict[str, Any]

_conversation = re.compile(r"/conversations/[0-9a-f-]{36}")


def fill(person: Person, upstream: Upstream) -> Seen:
    """Fill the database of an app with conversations of somebody. Returns what they see of it."""
    upstream.says("An **axolotl** is a salamander.", reasoning=("An animal.",))
    here = person.say("What is an axolotl?")
    _press(person, person.open(f"{here}/options").form("/title"), title="Salamanders")
    upstream.refuses(400)
    person.say("And a newt?", here)
    upstream.says("Gladly.")
    brought_back(person, *TREE, title="A tree")
    pictures = brought_back(person, *illustrated(), title="Two flags")
    link = share(person, pictures)
    _press(person, person.open(f"{pictures}/options").form("/pin"))
    deleted = person.say("Forget this")
    _press(person, person.open(f"{deleted}/options").form("/delete"))
    with person.client.session_transaction() as session:
        return {"visitor": session["visitor"], "link": link, **see(person)}


def somebody_from_then(app: Flask, seen: Seen) -> Person:
    """The visitor whose conversations these are, with the cookie that they had."""
    person = Person(app)
    with person.client.session_transaction() as session:
        session["visitor"] = seen["visitor"]
    return person


def see(person: Person) -> Seen:
    """What the list shows, and each conversation with its images."""
    listed = {title: at for title, at in _links(person.open("/conversations")) if title}
    return {"titles": list(listed), "conversations": {title: _read(person, at) for title, at in listed.items()}}


def _read(person: Person, address: str) -> Any:
    return person.client.get(f"{address}.json").get_json()["messages"]


def _links(page: Page) -> list[tuple[str, str]]:
    return [(title, at) for title, at in page.links.items() if _conversation.fullmatch(at)]


def _press(person: Person, form: Form, **changes: str) -> None:
    response = person.client.post(form.action, data=form.fields | changes)
    assert response.status_code == 303, response.text
