"""Conversations as files hold them, made by hand, and the way to have one imported."""

import json
from base64 import b64encode
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests import pictures
from tests.people import Person

Fields = dict[str, Any]


def question(id: str, text: str, parent: str | None = None, **changes: Any) -> Fields:
    """A question as a file holds it."""
    at = f"2026-11-0{1 + len(id) % 9}T10:00:00+00:00"
    said = {"id": id, "parent": parent, "role": "user", "text": text, "at": at, "state": "complete"}
    return said | changes


def answer(id: str, text: str, parent: str, **changes: Any) -> Fields:
    return question(id, text, parent, role="assistant", model="parrot-2") | changes


def picture(content: bytes | None = None, **changes: Any) -> Fields:
    """An image as a file holds it."""
    data = b64encode(content or pictures.png()).decode()
    return {"media_type": "image/png", "width": 60, "height": 40, "alt": "A flag", "data": data} | changes


def illustrated(*images: Fields) -> list[Fields]:
    """A question with images, and its answer; without images one with two."""
    sent = list(images) or [picture(), picture(pictures.png(30, 20), alt="")]
    return [question("q", "What is it?", images=sent), answer("a", "A flag.", "q")]


def file_of(*messages: Fields, **changes: Any) -> Fields:
    """A whole file; without messages one with two versions of its first question, and two answers to the second."""
    return {
        "format": "parley-conversation",
        "version": 1,
        "title": "A tree",
        "settings": {
            "model": "owl-1",
            "instructions": "Be brief.",
            "temperature": 0.5,
            "max_tokens": 99,
            "reasoning": "low",
        },
        "messages": list(messages) or TREE,
    } | changes


def bring_back(person: Person, file: object, at: str = "/conversations/import") -> TestResponse:
    """Pick a file on the page, and press its button. What is not bytes is written as JSON."""
    content = file if isinstance(file, bytes) else json.dumps(file).encode()
    form = person.open(at).form("/import")
    boundary, body = encode_multipart(form.fields | {"file": FileStorage(BytesIO(content), "conversation.json")})
    return person.client.post(form.action, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def brought_back(person: Person, *messages: Fields, **changes: Any) -> str:
    """The address of a conversation with exactly these messages in it."""
    response = bring_back(person, file_of(*messages, **changes))
    assert response.status_code == 303, response.text
    address: str = response.location
    return address


TREE = [
    question("q", "Why?"),
    answer(
        "a",
        "So.",
        "q",
        usage={"prompt": 3, "completion": 5},
        seconds=1.25,
        thought_seconds=0.5,
        reasoning="Hm.",
        notice="A notice.",
    ),
    question("qq", "Why not?"),
    answer("aa", "Half an ans", "qq", state="interrupted", error="The answer broke off."),
    question("qqq", "And then?", "aa"),
    answer("aaa", "", "qqq", state="failed", error="Wait.", retry_at="2026-11-05T10:00:00+00:00"),
    answer("aaaa", "Once upon", "qqq", state="stopped", model=None),
    answer("aaaaa", "Then *that*.", "qqq", state="length"),
]
