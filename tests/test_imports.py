"""A conversation comes back from a file, and nothing else does."""

import copy
import json
import re
from base64 import b64decode
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from parley import files
from parley.conversation import GREATEST_LENGTH, INSTRUCTIONS_LIMIT, LONGEST_ANSWER, Conversation
from parley.exports import as_json
from parley.imports import MOST_IN_A_FILE, Unreadable, read
from parley.imports.pictures import Contents
from tests import pictures
from tests.people import EVENTS, Person
from tests.trees import TREE, answer, bring_back, brought_back, file_of, illustrated, picture, question
from tests.upstream import Upstream

MESSAGE_LIMIT = 100_000

Fields = dict[str, Any]


def exported(person: Person, address: str) -> Fields:
    fields: Fields = person.client.get(f"{address}.json").get_json()
    return fields


def without_ids(file: Fields) -> Fields:
    """A file with its messages numbered: what is to be the same after a way out and back in."""
    numbers = {message["id"]: number for number, message in enumerate(file["messages"])}
    messages = [
        message | {"id": numbers[message["id"]], "parent": numbers.get(message["parent"]), "conversation": None}
        for message in file["messages"]
    ]
    return file | {"id": None, "messages": messages}


def as_file(conversation: Conversation, contents: Contents) -> bytes:
    return b"".join(as_json(conversation, lambda image: contents[image.id]))


def test_a_conversation_comes_back_as_it_was(alice: Person, stranger: Person) -> None:
    here = brought_back(alice)
    first = exported(alice, here)
    there = bring_back(stranger, first).location
    second = exported(stranger, there)
    assert without_ids(first) == without_ids(second)
    assert {message["id"] for message in first["messages"]}.isdisjoint(message["id"] for message in second["messages"])
    assert stranger.client.get(here).status_code == alice.client.get(there).status_code == 404
    assert [m["text"] for m in first["messages"]] == [m["text"] for m in TREE]
    assert first["messages"][1]["usage"] == {"prompt": 3, "completion": 5}
    assert first["messages"][5]["retry_at"] == "2026-11-05T10:00:00+00:00"


def test_what_was_said_here_comes_back_with_its_branches(alice: Person, upstream: Upstream) -> None:
    upstream.says("One.", reasoning=("Hm.",))
    here = alice.say("Count")
    alice.say("Go on", here)
    alice.say("Count again", here, parent="")
    first = exported(alice, here)
    there = bring_back(alice, first).location
    assert without_ids(exported(alice, there)) == without_ids(first)
    page = alice.open(there)
    assert page.questions == ["Count again"]
    assert "Version before" in page.links
    alice.say("And on", there)
    assert [said["content"] for said in upstream.chats[-1]["messages"]] == ["Count again", "One.", "And on"]


def test_images_come_back_with_their_question(alice: Person, stranger: Person) -> None:
    first = exported(alice, brought_back(alice, *illustrated()))
    assert first["messages"][0]["images"] == [picture(), picture(pictures.png(30, 20), alt="", width=30, height=20)]
    assert first["messages"][1]["images"] == []
    there = bring_back(stranger, first).location
    assert without_ids(exported(stranger, there)) == without_ids(first)
    (image, _other) = re.findall(r'<img[^>]* src="(/images/[^"]*)"', stranger.open(there).html)
    assert stranger.client.get(image).data == pictures.png()
    assert alice.client.get(image).status_code == 404


def test_an_image_in_a_file_is_read_as_if_it_had_just_been_sent(alice: Person) -> None:
    sent = picture(pictures.photo(), media_type="text/html", width=-1, height="x", alt=" A \n\0 flag ")
    kept = exported(alice, brought_back(alice, *illustrated(sent)))["messages"][0]["images"][0]
    assert b"Nosy Phone" not in b64decode(kept.pop("data"))
    assert kept == {"media_type": "image/jpeg", "width": 200, "height": 400, "alt": "A \ufffd flag"}


def test_a_question_of_nothing_but_images_comes_back(alice: Person) -> None:
    said = [question("q", "", images=[picture()]), answer("a", "A flag.", "q")]
    assert "A flag" in alice.open(brought_back(alice, *said, title="")).words


def test_whatever_settings_come_back_can_be_sent_along(alice: Person, upstream: Upstream) -> None:
    most = {
        "instructions": "x" * INSTRUCTIONS_LIMIT,
        "temperature": 1,
        "max_tokens": GREATEST_LENGTH,
        "reasoning": "high",
    }
    here = brought_back(alice, settings=most | {"model": "nobody-offers-this"})
    alice.say("And on", here)
    assert upstream.chats[-1]["max_tokens"] == GREATEST_LENGTH
    assert upstream.chats[-1]["model"] == "parrot-2"


texts = some.text(max_size=30)


@some.composite
def trees(draw: some.DrawFn) -> list[Fields]:
    """Questions and answers, each below one that stands before it."""
    said: list[Fields] = []
    for number in range(draw(some.integers(1, 8))):
        answers = [None, *(one["id"] for one in said if one["role"] == "assistant")]
        said.append(question(f"q{number}", draw(texts), draw(some.sampled_from(answers))))
        for version in range(draw(some.integers(1, 3))):
            state = draw(some.sampled_from(["complete", "stopped", "length", "interrupted", "failed"]))
            said.append(answer(f"a{number}.{version}", draw(texts), f"q{number}", state=state, reasoning=draw(texts)))
    return said


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_any_tree_is_the_same_after_a_way_out_and_back_in(said: list[Fields]) -> None:
    once = as_file(*read(json.dumps(file_of(*said)).encode(), "alice", MESSAGE_LIMIT))
    again = as_file(*read(once, "bob", MESSAGE_LIMIT))
    assert without_ids(json.loads(once)) == without_ids(json.loads(again))


@settings(max_examples=60, deadline=None)
@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.floats() | texts,
        lambda inner: (
            some.lists(inner)
            | some.dictionaries(some.sampled_from(["id", "parent", "role", "text", "at", "usage"]), inner)
        ),
    )
)
def test_whatever_stands_in_the_place_of_messages_is_read_or_refused(odd: object) -> None:
    with pytest.raises(Unreadable):
        read(json.dumps(file_of(messages=odd)).encode(), "alice", MESSAGE_LIMIT)


def damaged(number: int, **changes: Any) -> Fields:
    """The tree with something else in one of its messages."""
    messages = copy.deepcopy(TREE)
    messages[number] |= changes
    return file_of(*messages)


def with_images(*images: object) -> Fields:
    """A file whose first question has these images."""
    return file_of(question("q", "Look", images=list(images)), answer("a", "So.", "q"))


def many_images(number: int) -> Fields:
    """A file with so many images, none of which is one."""
    questions = [question(f"q{n}", "Look", images=[picture(b"x")]) for n in range(number)]
    return file_of(*questions, *(answer(f"a{n}", "So.", f"q{n}") for n in range(number)))


REFUSED = {
    "nothing": b"",
    "no JSON": b"\x89PNG\r\n",
    "half of it": json.dumps(file_of()).encode()[:-9],
    "too deep": b"[" * 100_000 + b"]" * 100_000,
    "too deep within": b'{"format":"parley-conversation","version":1,"messages":' + b"[" * 1000 + b"]" * 1000 + b"}",
    "a list": [],
    "another app's": {"messages": TREE},
    "a later release's": file_of(version=2),
    "a version of another kind": file_of(version="1"),
    "no title": file_of(title=None),
    "a title without end": file_of(title="x" * 1001),
    "no messages": file_of(messages=[]),
    "messages of another kind": file_of(messages={"0": TREE[0]}),
    "too many messages": file_of(messages=[{}] * 100_000),
    "a message of another kind": file_of(messages=["Hello"]),
    "an id of another kind": damaged(0, id=7),
    "an id twice": damaged(2, id="q"),
    "a parent that is missing": damaged(1, parent="x"),
    "a parent that comes later": damaged(0, parent="aaaaa"),
    "its own parent": damaged(0, parent="q"),
    "a parent of another kind": damaged(1, parent=["q"]),
    "a circle": file_of(question("q", "Why?", "a"), answer("a", "So.", "q")),
    "an answer to nothing": damaged(1, parent=None),
    "an answer to an answer": damaged(3, parent="a"),
    "a question after a question": damaged(2, parent="q"),
    "a question without an answer": file_of(question("q", "Why?")),
    "a third role": damaged(1, role="system"),
    "a role of another kind": damaged(1, role=None),
    "no text": damaged(0, text=None),
    "a question over the limit": damaged(0, text="x" * (MESSAGE_LIMIT + 1)),
    "an answer over the limit": damaged(1, text="x" * (LONGEST_ANSWER + 1)),
    "thoughts over the limit": damaged(1, reasoning="x" * (LONGEST_ANSWER + 1)),
    "a state that there isn't": damaged(1, state="done"),
    "a state of another kind": damaged(1, state=["complete"]),
    "no time": damaged(0, at=None),
    "a time of another kind": damaged(0, at=1_700_000_000),
    "a time that there isn't": damaged(0, at="2026-02-30T10:00:00Z"),
    "a time before all time": damaged(0, at="0001-01-01T00:00:00+14:00"),
    "a model of another kind": damaged(1, model=["owl-1"]),
    "a usage of another kind": damaged(1, usage=5),
    "a usage below nothing": damaged(1, usage={"prompt": -1, "completion": 5}),
    "a usage beyond the column": damaged(1, usage={"prompt": 3, "completion": 2**31}),
    "half a usage": damaged(1, usage={"prompt": 3}),
    "seconds of another kind": damaged(1, seconds="fast"),
    "seconds below nothing": damaged(1, seconds=-1),
    "true seconds": damaged(1, seconds=True),
    "settings of another kind": file_of(settings=["owl-1"]),
    "images of another kind": file_of(question("q", "Look", images="x"), answer("a", "So.", "q")),
    "images of an answer": damaged(1, images=[picture()]),
    "five images with a question": with_images(*[picture()] * 5),
    "an image of another kind": with_images("x"),
    "an image without bytes": with_images({"alt": "x"}),
    "an image with no bytes at all": with_images(picture(data="")),
    "an image not in Base64": with_images(picture(data="<svg>")),
    "an image that isn't in ASCII": with_images(picture(data="é")),
    "an image that is none": with_images(picture(b"<svg onload='alert(1)'>")),
    "half an image": with_images(picture(pictures.jpeg()[:300])),
    "an image without end": with_images(picture(pictures.claims(100_000, 100_000))),
    "words of an image without end": with_images(picture(alt="x" * 1001)),
    "words of an image of another kind": with_images(picture(alt=7)),
    "too many images": many_images(MOST_IN_A_FILE + 1),
    "a temperature beyond all": file_of(settings={"temperature": 1.1}),
    "instructions without end": file_of(settings={"instructions": "x" * (INSTRUCTIONS_LIMIT + 1)}),
    "an answer without end": file_of(settings={"max_tokens": GREATEST_LENGTH + 1}),
    "half a token": file_of(settings={"max_tokens": 1.5}),
    "a way to reason that there isn't": file_of(settings={"reasoning": "nonsense"}),
    "a way to reason of another kind": file_of(settings={"reasoning": ["low"]}),
}


@pytest.mark.on_sqlite
@pytest.mark.parametrize("file", REFUSED.values(), ids=REFUSED)
def test_what_is_not_a_conversation_is_refused_in_a_sentence(file: object) -> None:
    content = file if isinstance(file, bytes) else json.dumps(file).encode()
    with pytest.raises(Unreadable) as refusal:
        read(content, "alice", MESSAGE_LIMIT)
    assert str(refusal.value)[0].isupper()
    assert str(refusal.value).endswith(".")


def test_of_what_is_refused_nothing_is_kept(alice: Person) -> None:
    before = alice.open("/").links
    for name in (
        "no JSON",
        "another app's",
        "a circle",
        "too many messages",
        "a usage beyond the column",
        "an image that is none",
        "too many images",
    ):
        response = bring_back(alice, REFUSED[name])
        assert response.status_code == 422
        assert 'role="alert"' in response.text
        assert 'type="file"' in response.text
        assert alice.open("/").links == before


def test_an_answer_that_ran_when_it_was_exported_is_interrupted(alice: Person) -> None:
    here = brought_back(alice, question("q", "Why?"), answer("a", "Half", "q", state="running"))
    kept = exported(alice, here)["messages"][1]
    assert (kept["state"], kept["text"]) == ("interrupted", "Half")
    page = alice.open(here)
    assert "This answer was still being written when the conversation was exported." in page.words
    assert page.form("/continue")


def test_what_a_file_adds_of_its_own_is_left_out(alice: Person) -> None:
    odd = question("q", "Why?\0", visitor="bob", conversation="x", turn="t", attempt=9, id_="y")
    here = brought_back(alice, odd, answer("a", "So.", "q"), visitor="bob", id="00000000-0000-4000-8000-000000000000")
    assert exported(alice, here)["messages"][0]["text"] == "Why?\ufffd"
    assert "00000000" not in here


def test_a_large_file_is_imported_at_once(alice: Person) -> None:
    said = [question("q0", "Why?"), answer("a0", "So.", "q0")]
    for number in range(1, 1000):
        said += question(f"q{number}", "Why?", f"a{number - 1}"), answer(f"a{number}", "So.", f"q{number}")
    here = brought_back(alice, *said)
    assert len(exported(alice, here)["messages"]) == 2000


def test_a_file_that_is_too_large_is_refused_in_words(alice: Person) -> None:
    response = bring_back(alice, b" " * 26_000_000)
    assert response.status_code == 413
    assert "larger than 24 MB" in response.text
    assert 'type="file"' in response.text


def test_the_page_without_a_file_says_what_to_do(alice: Person) -> None:
    form = alice.open("/conversations/import").form("/import")
    response = alice.client.post(form.action, data={"csrf_token": form.fields["csrf_token"]})
    assert response.status_code == 422
    assert "Pick a file to import." in response.text


def test_a_script_is_told_in_json_why_a_file_is_refused(alice: Person) -> None:
    form = alice.open("/conversations/import").form("/import")
    response = alice.client.post(form.action, data={"csrf_token": form.fields["csrf_token"]}, headers=EVENTS)
    assert response.get_json()["error"]["kind"] == "file_refused"


def test_the_page_of_options_leads_to_the_import(alice: Person) -> None:
    here = brought_back(alice)
    assert alice.open(f"{here}/options").links["Import a conversation"] == "/conversations/import"


def test_images_are_counted_before_any_is_read() -> None:
    with pytest.raises(Unreadable, match=f"more than {MOST_IN_A_FILE} images"):
        read(json.dumps(REFUSED["too many images"]).encode(), "alice", MESSAGE_LIMIT)


def test_what_is_wrong_with_an_image_is_said_of_that_image() -> None:
    with pytest.raises(Unreadable, match=r"^Image 2 of message 1 in this file can't be read\.$"):
        read(json.dumps(with_images(picture(), picture(b"x"))).encode(), "alice", MESSAGE_LIMIT)


def test_files_are_imported_one_at_a_time_and_who_has_to_wait_too_long_is_told_so(alice: Person) -> None:
    with files.one_at_a_time:
        response = bring_back(alice, file_of())
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert "Other files are being imported at the moment." in response.text
    assert 'type="file"' in response.text
    assert bring_back(alice, file_of()).status_code == 303


def test_the_page_says_how_much_can_be_imported(alice: Person) -> None:
    assert "24 MB and 40 images at most" in alice.open("/conversations/import").words
