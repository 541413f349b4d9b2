"""A message is edited, an answer regenerated: what was there is kept, and one can go back to it."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from parley.conversation import Conversation, Message
from tests.people import EVENTS, Form, Page, Person, events_of
from tests.test_pages import NOBODYS
from tests.upstream import Upstream, chunk

pytestmark = pytest.mark.on_sqlite

OWL = "owl-1"


def send(person: Person, form: Form, **changes: str) -> str:
    """Send a form that leads to an answer, and read that to its end. Returns where it led."""
    response = person.client.post(form.action, data=form.fields | changes)
    assert response.status_code == 303, response.text
    address = response.location.partition("#")[0]
    person.finish(address)
    return address


def edit_form(person: Person, address: str) -> Form:
    """The form in which the last question on a page can be edited."""
    return person.open(person.open(address).links["Edit"]).form("#edit")


def edit(person: Person, address: str, message: str) -> str:
    return send(person, edit_form(person, address), message=message)


def regenerate(person: Person, address: str) -> str:
    return send(person, person.open(address).button("/retry"))


def kept(person: Person, address: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = person.client.get(address.partition("?")[0] + ".json").get_json()["messages"]
    return messages


# Editing


def test_an_edited_message_stands_beside_what_it_was(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Which fruit?")
    alice.say("Aples", at=here)
    form = edit_form(alice, here)
    assert form.fields["message"] == "Aples"
    edit(alice, here, "Apples")
    page = alice.open(here)
    assert page.questions == ["Which fruit?", "Apples"]
    assert "Version 2 of 2" in page.words
    assert "Aples" not in str(upstream.chats[-1])
    assert alice.open(page.links["Version before"]).questions == ["Which fruit?", "Aples"]


def test_the_first_message_is_edited_too(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Helo")
    edit(alice, here, "Hello")
    assert upstream.chats[-1]["messages"] == [{"role": "user", "content": "Hello"}]
    assert alice.open(here).questions == ["Hello"]
    assert [message["parent"] for message in kept(alice, here) if message["role"] == "user"] == [None, None]


def test_an_edit_that_changes_nothing_asks_again(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Once more")
    send(alice, edit_form(alice, here))
    assert "Version 2 of 2" in alice.open(here).words
    assert len(upstream.chats) == 2


def test_an_edit_that_is_sent_twice_is_one(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Helo")
    form = edit_form(alice, here)
    assert send(alice, form, message="Hello") == send(alice, form, message="Hello")
    assert len(upstream.chats) == 2
    assert len(kept(alice, here)) == 4


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"message": " \n"}, 422, "The message is empty."),
        ({"message": "a" * 100_001}, 422, "100,001 characters"),
        ({"message": "Hello", "csrf_token": "stale"}, 400, "Your text is still here"),
        ({"message": "Hello", "turn": "7"}, 422, "This form is damaged."),
    ],
    ids=["empty", "too long", "expired", "damaged"],
)
def test_a_refused_edit_comes_back_in_its_form(
    alice: Person, upstream: Upstream, changes: dict[str, str], status: int, words: str
) -> None:
    here = alice.say("Helo")
    alice.say("Something else", at=here)
    first = kept(alice, here)[0]["id"]
    form = alice.open(f"{here}?edit={first}").form("#edit")
    refused = alice.client.post(form.action, data=form.fields | changes)
    assert refused.status_code == status
    page = Page(refused.text)
    assert words in page.words
    assert page.questions == ["Something else"]
    again = page.form("#edit")
    assert again.fields["message"] == changes["message"]
    assert page.form("/turns").fields["message"] == ""
    assert len(upstream.chats) == 2

    again.fields["turn"] = form.fields["turn"]
    send(alice, again, message="Hello")
    assert alice.open(here).questions == ["Hello"]


def test_a_refused_edit_is_told_to_a_script_in_json(alice: Person) -> None:
    form = edit_form(alice, alice.say("Helo"))
    refused = alice.client.post(form.action, data=form.fields | {"message": ""}, headers=EVENTS)
    assert refused.get_json()["error"]["kind"] == "message_refused"


def test_cancel_leads_back_to_the_branch_that_was_shown(alice: Person) -> None:
    here = alice.say("Helo")
    alice.say("And then?", at=here)
    first, *_, last = (message["id"] for message in kept(alice, here))
    edit(alice, f"{here}?edit={first}", "Hello")
    form_page = alice.open(f"{here}?at={last}&edit={first}")
    assert form_page.form("/turns").fields["parent"] == last
    assert alice.open(form_page.links["Cancel"]).questions == ["Helo", "And then?"]


def test_a_message_is_edited_while_its_answer_is_still_written(alice: Person, upstream: Upstream) -> None:
    upstream.says("Once upon ", "a time")
    upstream.stalls_after(1)
    here = alice.send("Tell me a story").location.partition("#")[0]
    assert upstream.asked.wait(5)
    form = edit_form(alice, here)
    response = alice.client.post(form.action, data=form.fields | {"message": "Tell me a short story"})
    page = alice.open(response.location)
    assert page.questions == ["Tell me a short story"]
    [running] = page.frames
    [other] = alice.open(page.links["Version before"]).frames
    upstream.release()
    for frame in (running, other):
        assert "Once upon a time" in alice.client.get(frame).text
    assert {message["state"] for message in kept(alice, here)} == {"complete"}


# Regenerating


def test_another_answer_stands_beside_the_first(alice: Person, upstream: Upstream) -> None:
    upstream.says("The first.")
    here = alice.say("Which?")
    upstream.says("The second.")
    regenerate(alice, here)
    page = alice.open(here)
    assert "The second." in page.words
    assert "Version 2 of 2" in page.words
    assert page.questions == ["Which?"]
    assert "The first." in alice.open(page.links["Version before"]).words
    assert upstream.chats[-1]["messages"] == [{"role": "user", "content": "Which?"}]


def test_regenerate_pressed_twice_asks_once(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Which?")
    button = alice.open(here).button("/retry")
    assert send(alice, button) == send(alice, button)
    assert len(upstream.chats) == 2
    assert len(kept(alice, here)) == 3


def test_another_model_is_asked_on_request(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Who are you?")
    page = alice.open(alice.open(here).links["Regenerate with another model"])
    assert f'<option value="{OWL}">' in page.html.partition('id="again"')[2]
    form = page.form("/retry")
    send(alice, form, model=OWL)
    send(alice, form, model=OWL)
    assert [chat["model"] for chat in upstream.chats] == ["parrot-2", OWL]
    assert [message["model"] for message in kept(alice, here)] == [None, "parrot-2", OWL]

    send(alice, form, model="parrot-2")
    assert [chat["model"] for chat in upstream.chats] == ["parrot-2", OWL, "parrot-2"]


def test_the_model_that_answered_is_asked_again_where_none_is_named(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Who are you?", model=OWL)
    regenerate(alice, here)
    assert [chat["model"] for chat in upstream.chats] == [OWL, OWL]


def test_a_model_that_nobody_offers_is_refused_with_words(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Who are you?")
    button = alice.open(here).button("/retry")
    refused = alice.client.post(button.action, data=button.fields | {"model": "no-such-model"})
    assert refused.status_code == 404
    assert "This model is not offered here." in Page(refused.text).words
    told = alice.client.post(button.action, data=button.fields | {"model": "no-such-model"}, headers=EVENTS)
    assert told.get_json()["error"]["kind"] == "unknown_model"
    assert len(upstream.chats) == 1


def complete(upstream: Upstream) -> None:
    upstream.says("So far, so good.")


def cut(upstream: Upstream) -> None:
    upstream.says("So far", finish="length")


def broken(upstream: Upstream) -> None:
    upstream.sends(chunk("So far"))


def refused(upstream: Upstream) -> None:
    upstream.refuses(401)


@pytest.mark.parametrize(
    ("ends", "buttons"),
    [
        (complete, ["Regenerate"]),
        (cut, ["Continue", "Regenerate"]),
        (broken, ["Continue", "Retry"]),
        (refused, ["Retry"]),
    ],
)
def test_beneath_an_answer_stands_what_makes_sense(
    alice: Person, upstream: Upstream, ends: Any, buttons: list[str]
) -> None:
    ends(upstream)
    here = alice.say("Hi")
    for again in ("", f"?again={kept(alice, here)[-1]['id']}"):
        html = alice.open(here + again).html
        offered = [name for name in ("Continue", "Retry", "Regenerate") for _ in range(html.count(f">{name}</button>"))]
        assert offered == buttons
        assert ('id="again"' in html) == bool(again)


# Moving between branches


def test_a_version_leads_to_the_newest_branch_through_it(alice: Person) -> None:
    here = alice.say("One")
    edit(alice, here, "Another one")
    first_answer = kept(alice, here)[1]["id"]
    assert alice.open(alice.open(here).links["Version before"]).form("/turns").fields["parent"] == first_answer
    alice.say("Two", at=f"{here}?at={first_answer}")
    second_answer = kept(alice, here)[-1]["id"]
    alice.say("Another two", at=f"{here}?at={first_answer}")
    alice.say("Three", at=f"{here}?at={second_answer}")

    page = alice.open(here)
    assert page.questions == ["One", "Two", "Three"]
    other = alice.open(re.findall(r'href="([^"]*)" aria-label="Version after"', page.html)[0])
    assert other.questions == ["Another one"]
    address = other.links["Version before"]
    assert address.partition("#")[0] == here, "the newest branch is the one where the conversation goes on"
    assert alice.open(address).questions == ["One", "Two", "Three"]


def test_what_is_said_on_an_older_branch_goes_on_there(alice: Person, upstream: Upstream) -> None:
    here = alice.say("One")
    edit(alice, here, "Another one")
    old = alice.open(here).links["Version before"]
    alice.say("Two", at=old)
    assert alice.open(here).questions == ["One", "Two"]
    assert [message["content"] for message in upstream.chats[-1]["messages"]] == ["One", "Hello there.", "Two"]


def test_a_refused_message_comes_back_on_the_branch_that_it_was_meant_for(alice: Person) -> None:
    here = alice.say("One")
    edit(alice, here, "Another one")
    old = alice.open(here).links["Version before"]
    page = Page(alice.send("", at=old).text)
    assert page.questions == ["One"]
    assert alice.open(send(alice, page.form("/turns"), message="Two")).questions == ["One", "Two"]


@pytest.mark.parametrize("token", ["stale", None], ids=["refused", "done"])
def test_a_button_on_an_older_branch_leaves_one_there(alice: Person, upstream: Upstream, token: str | None) -> None:
    broken(upstream)
    here = alice.say("One")
    upstream.says(" and further.")
    edit(alice, here, "Another one")
    form = alice.open(alice.open(here).links["Version before"]).form("/continue")
    response = alice.client.post(form.action, data=form.fields | ({"csrf_token": token} if token else {}))
    page = Page(response.text) if token else alice.open(response.location)
    assert page.questions == ["One"]
    assert page.form("/turns").fields["parent"] == kept(alice, here)[1]["id"]


def test_an_answer_that_runs_on_an_older_branch_is_reloaded_there(alice: Person, upstream: Upstream) -> None:
    broken(upstream)
    here = alice.say("One")
    edit(alice, here, "Another one")
    upstream.says(" and", " further.")
    upstream.stalls_after(1)
    form = alice.open(alice.open(here).links["Version before"]).form("/continue")
    page = alice.open(alice.client.post(form.action, data=form.fields).location)
    assert alice.open(page.links["Reload"]).questions == ["One"]
    upstream.release()
    written = Page(alice.client.get(page.frames[0]).text)
    assert alice.open(written.links["Back to the conversation"]).questions == ["One"]


# What is not there


def test_what_no_message_is_called_is_not_found(alice: Person) -> None:
    here = alice.say("Hello")
    for value in (NOBODYS, "7", "' OR 1=1", "%00", "\N{GRINNING FACE}", "a" * 2000):
        for name in ("at", "edit", "again"):
            assert alice.client.get(here, query_string={name: value}).status_code == 404, (name, value)


def test_a_question_is_not_regenerated_and_an_answer_not_edited(alice: Person) -> None:
    here = alice.say("Hello")
    question, answer = (message["id"] for message in kept(alice, here))
    assert alice.client.get(f"{here}?edit={answer}").status_code == 404
    assert alice.client.get(f"{here}?again={question}").status_code == 404


def test_a_stranger_finds_no_form_and_no_branch(alice: Person, stranger: Person, upstream: Upstream) -> None:
    here = alice.say("Between you and me")
    question, answer = (message["id"] for message in kept(alice, here))
    own = stranger.say("My own")
    for ask in (f"edit={question}", f"again={answer}", f"at={answer}"):
        for address in (here, own):
            assert stranger.client.get(f"{address}?{ask}").status_code == 404

    form = edit_form(alice, here)
    fields = form.fields | {"csrf_token": stranger.open().form("/turns").fields["csrf_token"]}
    assert stranger.client.post(form.action, data=fields | {"message": "Let me in"}).status_code == 404
    fields["model"] = OWL
    assert stranger.client.post(f"/answers/{answer}/retry", data=fields).status_code == 404
    own_form = edit_form(stranger, own)
    meddled = own_form.fields | {"parent": answer, "message": "Let me in"}
    assert stranger.client.post(own_form.action, data=meddled).status_code == 404
    assert len(kept(alice, here)) == 2
    assert len(upstream.chats) == 2


# What it costs


def test_the_work_for_a_tree_does_not_grow_with_the_square_of_its_messages() -> None:
    """It would take minutes then, and run into the limit of time that every test has."""
    conversation = tree(depth=10_000, versions=10_000)
    for message in conversation.messages:
        version = conversation.version(message)
        conversation.end_through(version.before or message)
    assert len(conversation.branch()) == 10_000


def tree(depth: int, versions: int) -> Conversation:
    """A first message with many versions, the last of which goes on for long."""
    firsts = [said(None) for _ in range(versions)]
    messages = [*firsts]
    for _ in range(depth - 1):
        messages.append(said(messages[-1].id))
    return Conversation("c", "v", "t", tuple(messages))


def said(parent: str | None) -> Message:
    return Message(str(uuid4()), "c", parent, "user", "Hi", datetime.now(UTC))


def test_the_events_of_a_regenerated_answer_bring_its_question(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Which?")
    button = alice.open(here).button("/retry")
    (name, start), *_, (_, end) = events_of(alice.client.post(button.action, data=button.fields, headers=EVENTS))
    assert name == "start"
    assert start["question"] == kept(alice, here)[0]["id"]
    assert "Version 2 of 2" in start["html"]
    assert "Regenerate" in end["html"]


def test_what_is_said_goes_on_with_the_branch_that_its_page_showed(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Tell me of cats")
    composer = alice.open(here).form("/turns")
    alice.say("Go on", here)
    alice.say("Tell me of dogs", here, parent="")
    response = alice.client.post(composer.action, data=composer.fields | {"message": "And their whiskers?"})
    alice.finish(here)
    asked = [said["content"] for said in upstream.chats[-1]["messages"] if said["role"] == "user"]
    assert asked == ["Tell me of cats", "Go on", "And their whiskers?"]
    assert alice.open(response.location.partition("#")[0]).questions == asked


@pytest.mark.parametrize("after", ["", "7", NOBODYS, "\0"])
def test_where_the_page_showed_nothing_that_is_there_it_goes_on_where_it_is(
    alice: Person, upstream: Upstream, after: str
) -> None:
    here = alice.say("One", alice.say("Zero"))
    alice.say("Two", here, after=after)
    asked = [said["content"] for said in upstream.chats[-1]["messages"] if said["role"] == "user"]
    assert asked == ["Zero", "One", "Two"]


def test_the_options_of_a_branch_lead_back_to_it(alice: Person) -> None:
    here = alice.say("Hello")
    first = alice.client.get(f"{here}.json").get_json()["messages"][1]["id"]
    alice.say("Hello again", here, parent="")
    page = alice.open(f"{here}/options?at={first}")
    assert alice.open(page.links["Back to the conversation"]).questions == ["Hello"]
    assert page.links["Markdown"].startswith(f"{here}.md?at={first}")
    assert alice.client.get(f"{here}/options?at={NOBODYS}").status_code == 404
