"""The words of an answer at an address of their own, and what stands beneath it to copy them by."""

import re
from uuid import uuid4

import pytest

from tests.people import Person
from tests.upstream import Upstream
from tests.waiting import eventually

WORDS = "\n# Dinge\n\n\tgetippt <b>&amp;</b> 🦜  \n\n```python\nx = 1\n```\n\n"


def answer_of(person: Person, here: str) -> str:
    """The id of the latest answer in a conversation."""
    latest: str = person.client.get(f"{here}.json").get_json()["messages"][-1]["id"]
    return latest


def test_an_answer_is_there_as_the_model_wrote_it(alice: Person, upstream: Upstream) -> None:
    upstream.says(WORDS[:9], WORDS[9:])
    here = alice.say("Write")
    response = alice.client.get(alice.open(here).links["Markdown"])
    assert response.data == WORDS.encode()
    assert response.content_type == "text/markdown; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_of_a_running_answer_there_is_what_has_come(alice: Person, upstream: Upstream) -> None:
    upstream.says("So far", ", so good.")
    upstream.stalls_after(1)
    here = alice.send("Write").location.partition("#")[0]
    address = f"/answers/{answer_of(alice, here)}.md"
    assert eventually(lambda: alice.client.get(address).text == "So far")
    upstream.release()
    alice.finish(here)
    assert alice.client.get(address).text == "So far, so good."


def test_only_an_answer_of_ones_own_is_there(alice: Person, stranger: Person) -> None:
    here = alice.say("Write")
    question, answer = (message["id"] for message in alice.client.get(f"{here}.json").get_json()["messages"])
    assert alice.client.get(f"/answers/{answer}.md").status_code == 200
    assert stranger.client.get(f"/answers/{answer}.md").status_code == 404
    for missing in (question, uuid4(), "a"):
        assert alice.client.get(f"/answers/{missing}.md").status_code == 404


@pytest.mark.parametrize(("status", "is_offered"), [(200, True), (401, False)])
def test_only_words_can_be_copied(alice: Person, upstream: Upstream, status: int, is_offered: bool) -> None:
    if status != 200:
        upstream.refuses(status)
    page = alice.open(alice.say("Write"))
    assert ("Markdown" in page.links) == is_offered
    assert ('label="Copy answer"' in page.html) == is_offered
    assert 'label="Copy question"' in page.html


def test_what_leaves_the_app_has_no_buttons(alice: Person, stranger: Person, upstream: Upstream) -> None:
    upstream.says(WORDS)
    here = alice.say("Write")
    share = alice.open(f"{here}/options").form("/shares")
    alice.client.post(share.action, data=share.fields)
    shared = re.findall(r"/shares/[\w-]{43}", alice.open(f"{here}/options").html)[0]
    for html in (alice.client.get(f"{here}.html").text, stranger.open(shared).html):
        assert "<button" not in html
        assert "<parley-copy></parley-copy>" in html  # nothing, where no script of ours runs
