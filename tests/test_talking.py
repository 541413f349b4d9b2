"""The main job, as somebody without script does it: forms, pages, and a frame in which the answer is written."""

from typing import Any
from uuid import uuid4

import pytest

from tests.people import Page, Person
from tests.upstream import Upstream


def test_an_answer_is_shown_on_the_page_of_its_conversation(alice: Person, upstream: Upstream) -> None:
    upstream.says("It is **so** ", "cool.")
    page = alice.open(alice.say("Why is Heroku so cool?"))
    assert "Why is Heroku so cool?" in page.words
    assert "<p>It is <strong>so</strong> cool.</p>" in page.html


def test_the_next_message_knows_what_was_said_before(alice: Person, upstream: Upstream) -> None:
    upstream.says("Nice to meet you, Ada.")
    here = alice.say("I am Ada.")
    alice.say("Who am I?", at=here)
    assert upstream.chats[-1]["messages"] == [
        {"role": "user", "content": "I am Ada."},
        {"role": "assistant", "content": "Nice to meet you, Ada."},
        {"role": "user", "content": "Who am I?"},
    ]


def test_a_message_asks_the_model_once(alice: Person, upstream: Upstream) -> None:
    alice.say("Hello")
    assert len(upstream.chats) == 1


def test_a_conversation_is_titled_after_the_first_line_of_its_first_message(alice: Person) -> None:
    here = alice.say("A walk\nthrough the woods")
    assert "A walk" in alice.open("/").links
    assert "<title>A walk · Parley</title>" in alice.open(here).html


def test_a_stranger_sees_nothing_of_it(alice: Person, stranger: Person) -> None:
    here = alice.say("Between you and me")
    assert stranger.client.get(here).status_code == 404
    assert stranger.client.get(here + ".md").status_code == 404
    assert stranger.client.get(here + ".json").status_code == 404
    assert "Between you and me" not in stranger.open("/").html


def test_a_stranger_can_say_nothing_in_it(alice: Person, stranger: Person) -> None:
    here = alice.say("Between you and me")
    form = stranger.open("/").form("/turns")
    response = stranger.client.post(here + "/turns", data=form.fields | {"message": "Let me in"})
    assert response.status_code == 404
    assert "Let me in" not in alice.open(here).words


def test_a_strangers_answer_is_not_to_be_watched_stopped_or_asked_for_again(
    alice: Person, stranger: Person, upstream: Upstream
) -> None:
    upstream.stalls_before_headers()
    start = alice.send("Think about it")
    frame = alice.open(start.location).frames[0]
    token = stranger.open("/").form("/turns").fields["csrf_token"]
    assert stranger.client.get(frame).status_code == 404
    assert stranger.client.get(frame + "/events").status_code == 404
    assert stranger.client.post(frame + "/stop", data={"csrf_token": token}).status_code == 404
    assert stranger.client.post(frame + "/retry", data={"csrf_token": token}).status_code == 404
    upstream.release()


def test_the_same_form_sent_twice_says_it_once(alice: Person, upstream: Upstream) -> None:
    form = alice.open("/").form("/turns")
    fields = form.fields | {"message": "Once"}
    first, second = alice.client.post(form.action, data=fields), alice.client.post(form.action, data=fields)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    alice.finish(first.location)
    assert alice.open(first.location).questions == ["Once"]
    assert len(upstream.chats) == 1


def test_the_same_form_with_other_words_says_both(alice: Person, upstream: Upstream) -> None:
    form = alice.open("/").form("/turns")
    for message in ("First words", "Other words", "Other words"):
        response = alice.client.post(form.action, data=form.fields | {"message": message})
        alice.finish(response.location)
    assert alice.open(response.location).questions == ["First words", "Other words"]
    assert len(upstream.chats) == 2


def test_two_tabs_on_one_conversation_both_have_their_say(alice: Person) -> None:
    here = alice.say("First")
    tabs = [alice.open(here).form("/turns") for _ in range(2)]
    for form, message in zip(tabs, ["From the left", "From the right"], strict=True):
        alice.client.post(form.action, data=form.fields | {"message": message})
        alice.finish(here)
    words = alice.open(here).words
    assert words.index("From the left") < words.index("From the right")


def test_a_message_after_an_earlier_one_begins_a_branch_and_keeps_the_other(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Which fruit?")
    alice.say("Apples", at=here)
    first_answer = alice.client.get(here + ".json").get_json()["messages"][1]["id"]
    alice.say("Pears", at=here, parent=first_answer)

    page = alice.open(here)
    assert "Pears" in page.words
    assert "Apples" not in page.words
    assert "2 / 2" in page.words
    other = alice.open(page.links["Version before"])
    assert "Apples" in other.words
    assert "Pears" not in other.words
    assert "Apples" not in str(upstream.chats[-1])


def test_editing_the_first_message_begins_at_the_beginning(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Helo")
    alice.say("Hello", at=here, parent="")
    assert upstream.chats[-1]["messages"] == [{"role": "user", "content": "Hello"}]


@pytest.mark.parametrize("accept", ["text/html", "text/event-stream"])
@pytest.mark.parametrize("message", ["", "   \n\t "])
@pytest.mark.on_sqlite
def test_a_blank_message_is_refused_with_words(alice: Person, upstream: Upstream, message: str, accept: str) -> None:
    response = alice.send(message, headers={"Accept": accept})
    assert response.status_code == 422
    assert "The message is empty." in response.text
    assert not upstream.chats


@pytest.mark.on_sqlite
def test_a_message_over_the_limit_is_refused_and_comes_back_in_its_form(alice: Person, upstream: Upstream) -> None:
    response = alice.send("a" * 100_001)
    assert response.status_code == 422
    assert "100,001 characters" in response.text
    assert Page(response.text).form("/turns").fields["message"] == "a" * 100_001
    assert not upstream.chats


def test_a_message_of_the_greatest_length_is_sent(alice: Person, upstream: Upstream) -> None:
    alice.say("ü" * 100_000)
    assert upstream.chats[0]["messages"][0]["content"] == "ü" * 100_000


@pytest.mark.parametrize("token", [None, "", "made up"])
@pytest.mark.on_sqlite
def test_a_form_without_a_valid_token_comes_back_with_its_text_and_can_be_sent_again(
    alice: Person, upstream: Upstream, token: str | None
) -> None:
    form = alice.open("/").form("/turns")
    fields = form.fields | {"message": "Long thought about"}
    del fields["csrf_token"]
    response = alice.client.post(form.action, data=fields | ({} if token is None else {"csrf_token": token}))
    assert response.status_code == 400
    assert not upstream.chats

    again = Page(response.text).form("/turns")
    assert again.fields["message"] == "Long thought about"
    assert again.fields["turn"] == fields["turn"]
    assert alice.client.post(again.action, data=again.fields).status_code == 303


@pytest.mark.parametrize(
    "damage", [{"turn": ""}, {"turn": "7"}, {"turn": "' OR 1=1"}, {"parent": "x"}, {"model": "no-such-model"}]
)
@pytest.mark.on_sqlite
def test_a_damaged_form_is_refused_with_its_text(alice: Person, upstream: Upstream, damage: dict[str, Any]) -> None:
    response = alice.send("Keep me", **damage)
    assert 400 <= response.status_code < 500
    assert Page(response.text).form("/turns").fields["message"] == "Keep me"
    assert not upstream.chats


def test_a_message_after_one_that_does_not_exist_is_not_found(alice: Person) -> None:
    assert alice.send("Hello", parent=str(uuid4())).status_code == 404


def test_the_model_that_is_named_in_the_form_is_asked(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Hello", model="owl-1")
    assert upstream.chats[0]["model"] == "owl-1"
    assert "owl-1" in alice.open(here).words


def test_control_characters_and_strange_scripts_arrive_as_they_can(alice: Person, upstream: Upstream) -> None:
    upstream.says("Null \0, \N{RIGHT-TO-LEFT OVERRIDE}abc, \N{GRINNING FACE}")
    here = alice.say("Null \0, \N{RIGHT-TO-LEFT OVERRIDE}abc, \N{GRINNING FACE}")
    page = alice.open(here)
    assert page.questions == ["Null \N{REPLACEMENT CHARACTER}, \N{RIGHT-TO-LEFT OVERRIDE}abc, \N{GRINNING FACE}"]
    assert "\0" not in page.html


def test_what_a_visitor_writes_is_shown_as_it_was_written(alice: Person) -> None:
    here = alice.say("<script>alert(1)</script> **not bold**")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **not bold**" in alice.open(here).html


def test_the_answer_is_written_into_a_document_of_its_own_as_it_comes(alice: Person, upstream: Upstream) -> None:
    upstream.says("The first words, ", "and more.", pause=0.01)
    upstream.stalls_after(1)
    frame = alice.open(alice.send("Tell me").location).frames[0]
    response = alice.client.get(frame)
    written = ""
    for piece in response.iter_encoded():
        written += piece.decode()
        if "The first words" in written:
            break
    assert "and more." not in written
    upstream.release()
    written += b"".join(response.iter_encoded()).decode()
    assert "and more." in written
    assert written.rstrip().endswith("</html>")


def test_a_conversation_can_be_taken_away(alice: Person, upstream: Upstream) -> None:
    upstream.says("*Indeed.*")
    here = alice.say("Is it?")
    assert alice.client.get(here + ".md").text == "# Is it?\n\n## You\n\nIs it?\n\n## Answer (parrot-2)\n\n*Indeed.*\n"
    exported = alice.client.get(here + ".json").get_json()
    assert [message["text"] for message in exported["messages"]] == ["Is it?", "*Indeed.*"]
    assert "visitor" not in exported
