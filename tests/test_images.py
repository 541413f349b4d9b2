"""Images go with a message: to the model in their order, to their visitor and nobody else, and are not lost."""

import re
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import update
from werkzeug.test import TestResponse

from app import create_app
from parley.config import Config
from parley.parts import Parts
from parley.tables import images
from tests import pictures
from tests.people import EVENTS, Page, Person
from tests.upstream import Upstream

JSON = {"Accept": "application/json"}
NOBODYS = "00000000-0000-4000-8000-000000000000"
DATA_URL = re.compile(r"data:(image/\w+);base64,(.*)")


@pytest.fixture(autouse=True)
def _catalogue(upstream: Upstream) -> None:
    """Two models that see, after one that doesn't."""
    upstream.serves_catalogue(["owl-1", "claude-sonnet-5-5", "nova-pro"])


def fields_of(page: Page, ending: str = "/turns", **changes: Any) -> dict[str, Any]:
    """What the composer sends, with all its images: a page has several fields of one name there."""
    fields: dict[str, Any] = dict(page.form(ending).fields)
    fields["image"] = re.findall(r'name="image" value="([^"]*)"', page.html)
    fields["model"] = "nova-pro"
    return fields | changes


def files(*contents: bytes, name: str = "a.png") -> list[tuple[BytesIO, str]]:
    return [(BytesIO(content), name) for content in contents]


def post(person: Person, address: str, fields: dict[str, Any], headers: dict[str, str] | None = None) -> TestResponse:
    response = person.client.post(address, data=fields, headers=headers)
    response.request.environ["wsgi.input"].close()  # a large body lies in a file, which the test client leaves open
    return response


def upload(person: Person, content: bytes, **changes: Any) -> TestResponse:
    """Send an image as the page's script does."""
    page = person.open()
    address = re.findall(r'data-upload="([^"]*)"', page.html)[0]
    token = page.form("/turns").fields["csrf_token"]
    body = {"csrf_token": token, "file": files(content)} | changes
    return post(person, address, body, headers=JSON)


def uploaded(person: Person, content: bytes | None = None) -> str:
    """The id of an image that was kept."""
    response = upload(person, content or pictures.png())
    assert response.status_code == 200, response.text
    image: str = re.findall(r'name="image" value="([^"]*)"', response.get_json()["html"])[0]
    return image


def say_with(person: Person, *ids: str, message: str = "What is it?", at: str = "/", **changes: Any) -> str:
    """Say something with images that were kept, and wait for the answer. Returns the conversation's address."""
    page = person.open(at)
    fields = fields_of(page, message=message) | {"image": list(ids)} | changes
    response = post(person, page.form("/turns").action, fields)
    assert response.status_code == 303, Page(response.text).words
    here = response.location.partition("#")[0]
    person.finish(here)
    return here


def asked(upstream: Upstream) -> Any:
    """The parts of the latest question, with the size of a picture in place of its bytes."""
    content = upstream.chats[-1]["messages"][-1]["content"]
    return content if isinstance(content, str) else [_seen(part) for part in content]


def _seen(part: dict[str, Any]) -> Any:
    if part["type"] == "text":
        return part["text"]
    found = DATA_URL.fullmatch(part["image_url"]["url"])
    assert found
    return found[1], Image.open(BytesIO(b64decode(found[2]))).size


def test_a_form_with_files_is_one_message_which_the_model_sees_in_its_order(alice: Person, upstream: Upstream) -> None:
    page = alice.open()
    sent = files(pictures.png(30, 20), pictures.photo())
    response = post(alice, page.form("/turns").action, fields_of(page, message="Look", file=sent))
    assert response.status_code == 303
    here = response.location.partition("#")[0]
    alice.finish(here)
    assert asked(upstream) == ["Look", ("image/png", (30, 20)), ("image/jpeg", (200, 400))]

    html = alice.open(here).html
    assert re.findall(r'width="(\d+)" height="(\d+)" alt="([^"]*)"', html) == [
        ("30", "20", "Image 1 of 2"),
        ("200", "400", "Image 2 of 2"),
    ]
    assert html.count('loading="lazy"') == 2


def test_images_that_a_script_has_sent_go_with_the_next_message(alice: Person, upstream: Upstream) -> None:
    first, second = uploaded(alice, pictures.png(30, 20)), uploaded(alice, pictures.png(20, 30))
    events = alice.hear("Look", image=[second, first], model="nova-pro", **{f"alt-{first}": " A \n flag "})
    assert f'src="/images/{second}"' in events[0][1]["html"]
    assert 'alt="A flag"' in events[0][1]["html"]
    assert asked(upstream) == ["Look", ("image/png", (20, 30)), "[image: A flag]", ("image/png", (30, 20))]


def test_a_later_question_shows_the_images_again(alice: Person, upstream: Upstream) -> None:
    here = say_with(alice, uploaded(alice))
    alice.say("And now?", here, model="claude-sonnet-5-5")
    question = upstream.chats[-1]["messages"][0]["content"]
    assert [part["type"] for part in question] == ["text", "image_url"]


def test_an_image_is_its_visitors_alone(alice: Person, stranger: Person) -> None:
    image = uploaded(alice, sent := pictures.png())
    address = f"/images/{image}"
    response = alice.client.get(address)
    assert (response.status_code, response.mimetype) == (200, "image/png")
    assert Image.open(BytesIO(response.data)).tobytes() == Image.open(BytesIO(sent)).tobytes()
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not {"Vary", "Set-Cookie"} & set(response.headers.keys())
    say_with(alice, image)
    assert stranger.client.get(address).status_code == 404
    assert alice.client.get(f"/images/{NOBODYS}").status_code == 404


def test_a_strangers_image_goes_with_no_message_of_mine(alice: Person, stranger: Person, upstream: Upstream) -> None:
    image = uploaded(alice)
    page = stranger.open()
    response = post(stranger, page.form("/turns").action, fields_of(page, message="Mine", image=image))
    assert response.status_code == 422
    assert "Add it once more" in response.text
    assert upstream.chats == []


def test_the_bytes_of_a_conversation_are_there_for_its_visitor_only(app: Flask, alice: Person) -> None:
    image = uploaded(alice)
    here = say_with(alice, image).rpartition("/")[2]
    parts: Parts = app.extensions["parley"]
    with alice.client.session_transaction() as session:
        visitor = session["visitor"]
    assert list(parts.archive.images.bytes_of(here, visitor)) == [image]
    assert parts.archive.images.bytes_of(here, NOBODYS) == {}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"Hello", "is no PNG, JPEG, GIF or WebP image"), (pictures.noise(2650), "is larger than 10 MB")],
    ids=["text", "20-megabytes"],
)
@pytest.mark.on_sqlite
def test_a_file_that_is_refused_leaves_text_and_other_images_in_the_form(
    alice: Person, upstream: Upstream, content: bytes, words: str
) -> None:
    page = alice.open()
    sent = [*files(pictures.png(30, 20)), *files(content, name="notes.txt")]
    fields = fields_of(page, message="Keep this", file=sent)
    response = post(alice, page.form("/turns").action, fields)
    assert response.status_code == 422
    again = Page(response.text)
    assert f"“notes.txt” {words}" in again.words
    assert again.form("/turns").fields["message"] == "Keep this"
    assert upstream.chats == []

    fields = fields_of(again)
    assert post(alice, again.form("/turns").action, fields).status_code == 303
    alice.finish(again.form("/turns").action.removesuffix("/turns"))
    assert asked(upstream) == ["Keep this", ("image/png", (30, 20))]


@pytest.mark.parametrize("changes", [{"message": ""}, {"csrf_token": "old"}, {"turn": "7"}, {"message": "a" * 200_000}])
@pytest.mark.on_sqlite
def test_images_stay_in_a_form_that_is_refused_for_another_reason(alice: Person, changes: dict[str, str]) -> None:
    image = uploaded(alice)
    page = alice.open()
    fields = fields_of(page, message="Look", image=image, file=files(pictures.png(30, 20)))
    fields |= {f"alt-{image}": "A <flag>"} | changes
    if not fields["message"]:
        fields |= {"image": [NOBODYS, image]}
    response = post(alice, page.form("/turns").action, fields)
    assert response.status_code in (400, 422)
    assert response.text.count('name="image" value="') == 2
    assert f'src="/images/{image}"' in response.text
    assert 'value="A &lt;flag&gt;"' in response.text


@pytest.mark.on_sqlite
def test_add_brings_the_form_back_with_images_to_be_described(alice: Person, upstream: Upstream) -> None:
    page = alice.open()
    address = re.findall(r'formaction="([^"]*)"', page.html)[0]
    fields = fields_of(page, message="Written before", file=files(pictures.png(), pictures.png()))
    response = post(alice, address, fields)
    assert response.status_code == 200
    again = Page(response.text)
    assert again.form("/turns").action == page.form("/turns").action
    assert again.form("/turns").fields["message"] == "Written before"
    assert again.html.count("Alternative text</label>") == 2
    assert upstream.chats == []


@pytest.mark.on_sqlite
def test_what_a_script_sends_is_refused_with_words(alice: Person) -> None:
    response = upload(alice, b"Hello")
    assert response.status_code == 422
    assert response.get_json()["error"]["kind"] == "image_refused"
    assert "“a.png” is no PNG" in response.get_json()["error"]["message"]
    response = upload(alice, pictures.png(), csrf_token="old")
    assert (response.status_code, response.get_json()["error"]["kind"]) == (400, "form_expired")


@pytest.mark.on_sqlite
def test_four_images_go_with_a_message_and_no_more(alice: Person, upstream: Upstream) -> None:
    page = alice.open()
    fields = fields_of(page, message="All of them", file=files(*[pictures.png()] * 5))
    response = post(alice, page.form("/turns").action, fields)
    assert response.status_code == 422
    assert "Only four images can go with one message" in response.text
    assert response.text.count('name="image" value="') == 4
    assert upstream.chats == []


def test_an_image_needs_no_words(alice: Person, upstream: Upstream) -> None:
    here = say_with(alice, uploaded(alice), message="")
    assert asked(upstream) == [("image/png", (60, 40))]
    assert "<title>Image ·" in alice.open(here).html
    image = uploaded(alice)
    here = say_with(alice, image, message=" ", **{f"alt-{image}": "A cat"})
    assert "<title>A cat ·" in alice.open(here).html


def test_the_same_form_sent_twice_says_it_once(alice: Person, upstream: Upstream) -> None:
    image = uploaded(alice)
    page = alice.open()
    fields = fields_of(page, message="Once", image=image)
    first = post(alice, page.form("/turns").action, fields)
    second = post(alice, page.form("/turns").action, fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.location == first.location
    alice.finish(first.location.partition("#")[0])
    assert len(upstream.chats) == 1


def test_a_form_that_is_sent_again_with_other_words_takes_its_image_along(alice: Person, upstream: Upstream) -> None:
    image = uploaded(alice)
    page = alice.open()
    fields = fields_of(page, message="What is it?", image=image)
    for message in ("What is it?", "Who is it?"):
        here = post(alice, page.form("/turns").action, fields | {"message": message}).location.partition("#")
        alice.finish(here[0])
        assert asked(upstream) == [message, ("image/png", (60, 40))]
    first, second = re.findall(r'<img class="pictures__one" [^>]*src="([^"]*)"', alice.open(here[0]).html)
    assert first == f"/images/{image}" != second
    assert alice.client.get(first).data == alice.client.get(second).data


@pytest.mark.on_sqlite
def test_a_model_that_takes_no_images_is_not_sent_any(alice: Person, upstream: Upstream) -> None:
    image = uploaded(alice)
    page = alice.open()
    fields = fields_of(page, message="Look", image=image, model="owl-1")
    response = post(alice, page.form("/turns").action, fields)
    assert response.status_code == 422
    assert "owl-1 takes no images. Pick claude-sonnet-5-5 or nova-pro, or take the images out." in response.text
    assert "Look</textarea>" in response.text
    assert f'value="{image}"' in response.text
    error = post(alice, page.form("/turns").action, fields, headers=EVENTS).get_json()["error"]
    assert error["kind"] == "no_images"
    assert upstream.chats == []


@pytest.mark.on_sqlite
def test_a_model_that_takes_no_images_is_told_of_earlier_ones_in_words(alice: Person, upstream: Upstream) -> None:
    first, second = uploaded(alice), uploaded(alice)
    here = say_with(alice, first, second, **{f"alt-{first}": "A cat"})
    alice.say("And now?", here, model="owl-1")
    assert upstream.chats[-1]["messages"][0]["content"] == "What is it?\n\n[image: A cat]\n\n[image]"
    assert "not shown to owl-1, which takes none" in alice.open(here).words


@pytest.mark.on_sqlite
def test_only_the_latest_images_of_a_long_conversation_are_shown(alice: Person, upstream: Upstream) -> None:
    here = say_with(alice, uploaded(alice), uploaded(alice))
    say_with(alice, *(uploaded(alice) for _ in range(3)), at=here)
    kinds = [[part["type"] for part in m["content"]] for m in upstream.chats[-1]["messages"] if m["role"] == "user"]
    assert kinds == [["text", "text", "image_url"], ["text", "image_url", "image_url", "image_url"]]
    assert "Only the latest 4 images" in alice.open(here).words


@pytest.mark.parametrize(("models", "offered"), [(["owl-1", "nova-pro"], 1), (["owl-1"], 0)])
@pytest.mark.on_sqlite
def test_where_no_model_takes_images_none_are_asked_for(
    alice: Person, upstream: Upstream, models: list[str], offered: int
) -> None:
    upstream.serves_catalogue(models)
    assert alice.open().html.count('type="file"') == offered


@pytest.mark.on_sqlite
def test_a_refusal_by_the_model_is_explained_and_the_question_kept(alice: Person, upstream: Upstream) -> None:
    upstream.refuses(400, {"error": {"code": 400, "message": "This model does not support image input."}})
    here = say_with(alice, uploaded(alice))
    page = alice.open(here)
    assert "This model takes no images. Pick another one" in page.words
    assert page.questions == ["What is it?"]
    assert len(upstream.chats) == 1


def test_an_image_that_is_never_sent_is_gone_after_a_day(app: Flask, alice: Person) -> None:
    forgotten, recent, used = uploaded(alice), uploaded(alice), uploaded(alice)
    say_with(alice, used)
    parts: Parts = app.extensions["parley"]
    with parts.archive.database.writing() as connection:
        old = images.c.id.in_([forgotten, used])
        connection.execute(update(images).where(old).values(created_at=datetime.now(UTC) - timedelta(hours=25)))
    uploaded(alice)
    found = {image: alice.client.get(f"/images/{image}").status_code for image in (forgotten, recent, used)}
    assert found == {forgotten: 404, recent: 200, used: 200}


@pytest.mark.on_sqlite
def test_more_than_four_files_of_the_largest_size_are_too_much(alice: Person) -> None:
    page = alice.open()
    body = fields_of(page, message="Look", file=files(b"\0" * 47_000_000))
    assert post(alice, page.form("/turns").action, body).status_code == 413


def blind_models(person: Person) -> list[str]:
    """Those of the picker that take no images."""
    return re.findall(r'<option value="([^"]*)" data-blind', person.open().html)


@pytest.mark.on_sqlite
def test_the_picker_knows_which_models_see(alice: Person) -> None:
    assert blind_models(alice) == ["owl-1"]


@pytest.mark.on_sqlite
def test_the_operator_says_which_models_see(config: Config, app: Flask) -> None:
    told = create_app(replace(config, image_models=("owl-*",)))
    assert blind_models(Person(told)) == ["claude-sonnet-5-5", "nova-pro"]
    told.extensions["parley"].archive.database.close()


def test_what_the_model_saw_names_its_images_without_repeating_them(alice: Person, upstream: Upstream) -> None:
    here = say_with(alice, uploaded(alice))
    answer = alice.client.get(f"{here}.json").get_json()["messages"][-1]
    content = upstream.chats[-1]["messages"][-1]["content"]
    address = content[1]["image_url"]["url"]
    content[1]["image_url"]["url"] = f"data:image/png;base64,… ({len(address):,} characters)"
    seen = alice.client.get(f"/answers/{answer['id']}/seen.json").get_json()
    assert seen["request"] == upstream.chats[-1]
    assert "what the images hold" in alice.open(f"/answers/{answer['id']}/seen").words


def test_an_edit_takes_its_images_along(alice: Person, upstream: Upstream) -> None:
    here = say_with(alice, uploaded(alice))
    question = alice.client.get(f"{here}.json").get_json()["messages"][0]
    page = alice.open(f"{here}?edit={question['id']}")
    form = page.form("#edit")
    assert alice.client.post(form.action, data=form.fields | {"message": "And what is that?"}).status_code == 303
    alice.finish(here)
    words, image = upstream.chats[-1]["messages"][-1]["content"]
    assert words["text"] == "And what is that?"
    assert DATA_URL.fullmatch(image["image_url"]["url"])


@pytest.mark.on_sqlite
def test_an_edit_with_images_offers_the_models_that_take_them(alice: Person, upstream: Upstream) -> None:
    here = say_with(alice, uploaded(alice))
    question = alice.client.get(f"{here}.json").get_json()["messages"][0]["id"]
    assert "model" not in alice.open(f"{here}?edit={question}").form("#edit").fields
    alice.say("And now?", here, model="owl-1")
    form = alice.open(f"{here}?edit={question}").form("#edit")
    assert form.fields["model"] == "claude-sonnet-5-5"
    assert alice.client.post(form.action, data=form.fields).status_code == 303
    alice.finish(here)
    assert upstream.chats[-1]["model"] == "claude-sonnet-5-5"


@pytest.mark.parametrize("ending", ["turns", "images"])
def test_images_and_text_stay_in_the_form_while_the_database_is_away(config: Config, app: Flask, ending: str) -> None:
    away = create_app(replace(config, database_url="sqlite:////nowhere/parley.db"))
    alice = Person(away)
    page = alice.open()
    image = "5b0c2a52-6a3e-4d0e-9d0c-7f5a3f6f9d11"
    fields = fields_of(page, message="Keep this", image=image, file=files(pictures.png())) | {f"alt-{image}": "A cat"}
    response = post(alice, page.form("/turns").action.replace("turns", ending), fields)
    assert response.status_code == 503
    assert "Keep this</textarea>" in response.text
    assert f'name="image" value="{image}"' in response.text
    assert 'value="A cat"' in response.text
    away.extensions["parley"].archive.database.close()
