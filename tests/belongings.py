"""All that a visitor may have, for tests that go to every address of the app."""

import re
from dataclasses import dataclass

import pytest
from werkzeug.routing import Rule

from tests.people import Person
from tests.test_images import say_with, uploaded
from tests.upstream import Upstream


@dataclass(frozen=True)
class Belongings:
    """All that a visitor has: a conversation with an image in it and two answers, and a link to it."""

    address: str
    question: str
    answer: str
    image: str
    token: str

    @property
    def conversation(self) -> str:
        return self.address.rpartition("/")[2]

    def at(self, rule: Rule) -> str:
        """An address of this form."""
        ids = {"uuid:conversation": self.conversation, "uuid:answer": self.answer, "uuid:image": self.image}
        named = ids | {"token": self.token, "int:number": "1", "version": "0123"}
        return re.sub(r"<([\w:]+)>", lambda found: named[found[1]], rule.rule)


@pytest.fixture
def belongings(alice: Person, upstream: Upstream) -> Belongings:
    upstream.serves_catalogue(["nova-pro", "claude-sonnet-5-5"])
    upstream.says("A zebra, perhaps.")
    image = uploaded(alice)
    here = say_with(alice, image, message="Xylophone?", **{f"alt-{image}": "Quagga"})
    button = alice.open(here).button("/retry")
    alice.client.post(button.action, data=button.fields)
    alice.finish(here)
    share = alice.open(f"{here}/options").form("/shares")
    alice.client.post(share.action, data=share.fields)
    token = re.findall(r"/shares/([\w-]{43})", alice.open(f"{here}/options").html)[0]
    upstream.says("Fine.")
    question, answer, _ = alice.client.get(f"{here}.json").get_json()["messages"]
    return Belongings(here, question["id"], answer["id"], image, token)
