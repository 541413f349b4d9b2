"""A conversation is shown to others: as it was, to whoever has the link, until it is taken back."""

import json
import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from app import create_app
from parley.config import Config, ConfigError
from parley.parts import Parts
from parley.tables import conversations
from tests import pictures
from tests.people import EVENTS, Person
from tests.trees import answer, brought_back, illustrated, picture, question
from tests.upstream import Upstream

MARKUP = "<script>alert(1)</script> <b>bold</b>"
NOBODYS = "x" * 43


def share(person: Person, here: str, at: str = "") -> str:
    """Press the button on the page of options, and return the newest link that stands there then."""
    form = person.open(f"{here}/options{at}").form("/shares")
    response = person.client.post(form.action, data=form.fields)
    assert response.status_code == 303, response.text
    assert response.location.endswith("#share")
    return links(person, response.location)[0]


def links(person: Person, address: str) -> list[str]:
    return re.findall(r'href="(/shares/[^"]+)"', person.open(address).html)


def revoke(person: Person, link: str) -> None:
    form = person.open("/shares").form(f"{link}/revoke")
    assert person.client.post(form.action, data=form.fields).status_code == 303


def test_whoever_has_the_link_reads_the_conversation(alice: Person, stranger: Person, upstream: Upstream) -> None:
    upstream.says("*So.*")
    here = alice.say("Why is it so?")
    link = share(alice, here)
    assert re.fullmatch(r"/shares/[A-Za-z0-9_-]{43}", link)
    page = stranger.open(link)
    assert page.questions == ["Why is it so?"]
    assert "<em>So.</em>" in page.html
    assert "Shared conversation" in page.words
    assert "parrot-2" in page.words
    assert page.links["Start a conversation of your own"] == "/"
    assert page.forms == []


def test_images_are_shown_to_whoever_has_the_link(alice: Person, stranger: Person) -> None:
    here = brought_back(
        alice, *illustrated(), question("qq", "And?", "a", images=[picture()]), answer("aa", "So", "qq")
    )
    link = share(alice, here)
    html = stranger.open(link).html
    shown = re.findall(r'src="([^"]*)" width="(\d+)" height="(\d+)" alt="([^"]*)"', html)
    assert shown == [
        (f"{link}/images/1", "60", "40", "A flag"),
        (f"{link}/images/2", "30", "20", "Image 2 of 2"),
        (f"{link}/images/3", "60", "40", "A flag"),
    ]
    response = stranger.client.get(shown[1][0])
    assert (response.mimetype, response.data) == ("image/png", pictures.png(30, 20))
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in response.headers
    again = stranger.client.get(shown[1][0], headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_nothing_more_can_be_asked_by_an_image_that_is_shared(alice: Person, stranger: Person) -> None:
    later = question("qq", "And this?", "a", images=[picture()]), answer("aa", "So.", "qq")
    here = brought_back(alice, *illustrated(), *later)
    leaf = alice.client.get(f"{here}.json").get_json()["messages"][1]["id"]
    link = share(alice, here, at=f"?at={leaf}")
    ids = re.findall(r'src="/images/([^"]*)"', alice.open(here).html)
    page = stranger.open(link).html
    assert len(ids) == 3
    assert not [image for image in ids if image in page]
    for number in ("0", "3", "-1", "9" * 30, ids[0]):
        assert stranger.client.get(f"{link}/images/{number}").status_code == 404
    assert stranger.client.get(f"/images/{ids[0]}").status_code == 404
    assert stranger.client.get(f"/shares/{NOBODYS}/images/1").status_code == 404


def test_images_are_gone_with_their_link_or_their_conversation(app: Flask, alice: Person, stranger: Person) -> None:
    here = brought_back(alice, *illustrated())
    image = f"{share(alice, here)}/images/1"
    with app.extensions["parley"].archive.database.writing() as connection:
        mine = conversations.c.id == here.removeprefix("/conversations/")
        connection.execute(update(conversations).where(mine).values(deleted_at=conversations.c.updated_at))
    assert stranger.client.get(image).status_code == 404
    with app.extensions["parley"].archive.database.writing() as connection:
        connection.execute(update(conversations).where(mine).values(deleted_at=None))
    assert stranger.client.get(image).status_code == 200
    revoke(alice, image.partition("/images/")[0])
    assert stranger.client.get(image).status_code == alice.client.get(image).status_code == 404


def test_what_is_said_later_is_not_in_it(alice: Person, stranger: Person) -> None:
    here = alice.say("The first thing")
    before = share(alice, here)
    alice.say("A secret", here)
    after = share(alice, here)
    assert "A secret" not in stranger.open(before).words
    assert "A secret" in stranger.open(after).words
    assert links(alice, f"{here}/options#share")[:2] == [after, before]


def test_to_share_the_same_twice_makes_one_link(alice: Person) -> None:
    here = alice.say("Hello")
    assert share(alice, here) == share(alice, here)


def test_one_shares_the_branch_that_one_sees(alice: Person, stranger: Person) -> None:
    here = brought_back(alice)
    first = alice.client.get(f"{here}.json").get_json()["messages"][1]["id"]
    assert stranger.open(share(alice, here, at=f"?at={first}")).questions == ["Why?"]
    assert stranger.open(share(alice, here)).questions == ["Why not?", "And then?"]


def test_a_branch_that_is_not_there_is_not_shared(alice: Person) -> None:
    form = alice.open(f"{alice.say('Hello')}/options").form("/shares")
    assert alice.client.post(form.action, data=form.fields | {"at": NOBODYS}).status_code == 404


def test_a_link_shows_only_what_was_said(app: Flask, alice: Person, stranger: Person) -> None:
    thoughtful = answer("a", "So.", "q", reasoning="A thought", error="An error", notice="A notice", state="stopped")
    here = brought_back(alice, question("q", "Why?"), thoughtful)
    link = share(alice, here)
    page = stranger.client.get(link).text
    kept = alice.client.get(f"{here}.json").get_json()
    for secret in ("A thought", "An error", "A notice", "Be brief.", kept["id"], *(m["id"] for m in kept["messages"])):
        assert secret not in page
    assert "This answer was stopped here." in page
    parts: Parts = app.extensions["parley"]
    _link, snapshot = parts.archive.shares.read(link.removeprefix("/shares/"))
    assert list(vars(snapshot)) == ["title", "messages"]
    assert list(vars(snapshot.messages[1])) == ["role", "text", "at", "state", "model", "images"]


def test_an_answer_that_is_still_being_written_is_not_shared(
    alice: Person, stranger: Person, upstream: Upstream
) -> None:
    here = alice.say("The first thing")
    upstream.says("Words so far", " and no further")
    upstream.stalls_after(1)
    alice.send("The second thing", here)
    page = stranger.open(share(alice, here))
    assert page.questions == ["The first thing"]
    assert "so far" not in page.words
    upstream.release()
    alice.finish(here)


def test_where_nothing_has_been_answered_there_is_nothing_to_share(alice: Person, upstream: Upstream) -> None:
    upstream.stalls_after(1)
    here = alice.send("The first thing").location.partition("#")[0]
    form = alice.open(f"{here}/options").form("/shares")
    response = alice.client.post(form.action, data=form.fields)
    assert response.status_code == 409
    assert "There is no answer to share yet." in response.text
    assert alice.client.post(form.action, data=form.fields, headers=EVENTS).get_json()["error"]["kind"] == (
        "nothing_to_share"
    )
    upstream.release()
    alice.finish(here)


def test_a_reader_stays_unknown_and_the_page_unlisted(alice: Person, stranger: Person) -> None:
    link = share(alice, alice.say("Hello"))
    for reader in (alice, stranger):
        response = reader.client.get(link)
        assert "Set-Cookie" not in response.headers
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert '<meta name="robots" content="noindex">' in response.text
        assert "<script" not in response.text


def test_a_link_that_was_revoked_leads_nowhere_for_anybody(alice: Person, stranger: Person) -> None:
    link = share(alice, alice.say("Hello"))
    assert stranger.client.get(link).status_code == 200
    revoke(alice, link)
    assert stranger.client.get(link).status_code == alice.client.get(link).status_code == 404
    assert links(alice, "/shares") == []


def test_nobody_else_shares_a_conversation_or_takes_its_links_back(alice: Person, stranger: Person) -> None:
    here = alice.say("Hello")
    link = share(alice, here)
    token = stranger.open(stranger.say("Something else")).form("/turns").fields["csrf_token"]
    for address in (f"{here}/shares", f"{link}/revoke", f"/shares/{NOBODYS}/revoke"):
        assert stranger.client.post(address, data={"csrf_token": token}).status_code == 404
    assert stranger.client.get(f"{here}/options").status_code == 404
    assert stranger.client.get(link).status_code == 200
    assert links(stranger, "/shares") == []


def test_what_is_no_link_is_not_found(alice: Person) -> None:
    for token in (NOBODYS, "x", "x" * 10_000, "%00" * 43, "..%2F..%2Fetc", "'--", "é" * 43):
        assert alice.client.get(f"/shares/{token}").status_code == 404


def test_a_button_on_a_page_that_had_expired_does_nothing_and_says_so(alice: Person) -> None:
    here = alice.say("Hello")
    link = share(alice, here)
    for address in (f"{here}/shares", f"{link}/revoke"):
        response = alice.client.post(address)
        assert response.status_code == 400
        assert "nothing was done" in response.text
    assert links(alice, "/shares") == [link]


def test_all_links_are_listed_with_their_titles(alice: Person) -> None:
    assert "You have shared no conversation." in alice.open("/shares").words
    one, other = alice.say("The first thing"), alice.say("The second thing")
    share(alice, one), share(alice, other)
    page = alice.open("/shares")
    assert page.words.index("The second thing") < page.words.index("The first thing")
    assert page.links["Conversation"] == one
    assert alice.open(f"{one}/options").links["All that you have shared"] == "/shares"


def test_any_title_and_text_stay_text(alice: Person, stranger: Person) -> None:
    for title in (MARKUP, "t" * 300):
        here = brought_back(alice, question("q", title), answer("a", title, "q", model=title[:200]), title=title)
        link = share(alice, here)
        for page in (stranger.open(link), alice.open("/shares"), alice.open(f"{here}/options")):
            assert title in page.words
            assert "<script>" not in page.html
            assert "<b>" not in page.html


def test_a_conversation_that_is_deleted_takes_its_links_with_it(app: Flask, alice: Person, stranger: Person) -> None:
    here = alice.say("Hello")
    link = share(alice, here)
    parts: Parts = app.extensions["parley"]
    mine = conversations.c.id == here.removeprefix("/conversations/")
    with parts.archive.database.writing() as connection:
        connection.execute(update(conversations).where(mine).values(deleted_at=conversations.c.updated_at))
    assert stranger.client.get(link).status_code == 404
    assert links(alice, "/shares") == []
    with parts.archive.database.writing() as connection:
        connection.execute(update(conversations).where(mine).values(deleted_at=None))
    assert stranger.client.get(link).status_code == 200
    with parts.archive.database.writing() as connection:
        connection.execute(conversations.delete().where(mine))
    assert stranger.client.get(link).status_code == 404


def test_where_sharing_is_off_there_is_nothing_of_it(config: Config, alice: Person) -> None:
    here = brought_back(alice, *illustrated())
    link = share(alice, here)
    without = create_app(replace(config, sharing=False))
    visitor = Person(without)
    visitor.client.set_cookie("parley", alice.client.get_cookie("parley").value)  # type: ignore[union-attr]
    assert visitor.client.get(link).status_code == visitor.client.get("/shares").status_code == 404
    assert visitor.client.get(f"{link}/images/1").status_code == 404
    page = visitor.open(f"{here}/options")
    assert "share" not in page.html.lower()
    token = alice.open(f"{here}/options").form("/shares").fields["csrf_token"]
    assert visitor.client.post(f"{here}/shares", data={"csrf_token": token}).status_code == 404
    assert visitor.client.post(f"{link}/revoke", data={"csrf_token": token}).status_code == 404
    assert alice.client.get(link).status_code == 200
    without.extensions["parley"].archive.database.close()


@pytest.mark.parametrize(("value", "is_on"), [("on", True), ("off", False), ("", True)])
def test_sharing_is_switched_by_a_setting(value: str, is_on: bool) -> None:
    assert Config.from_env({"SHARING": value}).sharing is is_on


@pytest.mark.parametrize("value", ["no", "0", "OFF"])
def test_any_other_value_stops_the_start(value: str) -> None:
    with pytest.raises(ConfigError, match="SHARING must be on or off"):
        Config.from_env({"SHARING": value})


def test_a_script_is_told_in_json_what_was_not_done(alice: Person) -> None:
    response = alice.client.post(f"{alice.say('Hello')}/shares", headers=EVENTS)
    assert json.loads(response.text)["error"]["kind"] == "form_expired"
