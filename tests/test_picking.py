"""The model that answers: picked from what is on offer, remembered, and replaced when it goes."""

import re
from collections.abc import Callable, Iterator

import pytest

from app import create_app
from parley import schema
from parley.config import Config
from tests.conftest import SECRET
from tests.people import EVENTS, Page, Person
from tests.upstream import Upstream

pytestmark = pytest.mark.on_sqlite

CHAT = {"state": "active", "type": ["text-to-text"]}
GONE = CHAT | {"model_id": "parrot-2", "eol_date": "2020-01-01", "replacement_model": "owl-1"}
WREN = CHAT | {"model_id": "wren-3"}

Restart = Callable[..., Person]


@pytest.fixture
def restart(upstream: Upstream, database_url: str) -> Iterator[Restart]:
    """Start the app anew, so that it looks again what is on offer; whoever used it before comes back."""
    databases = []

    def start(person: Person | None = None, **env: str) -> Person:
        config = Config.from_env({"SECRET_KEY": SECRET, "DATABASE_URL": database_url, **upstream.env, **env})
        app = create_app(config)
        databases.append(app.extensions["parley"].archive.database)
        schema.upgrade(databases[-1])
        return person.at(app) if person else Person(app)

    yield start
    for database in databases:
        database.close()


def picked(page: Page) -> str:
    return page.form("/turns").fields["model"]


def offered(page: Page) -> list[str]:
    picker = page.html.split('id="model"')[1].split("</select>")[0]
    return re.findall(r"<option[^>]*>([^<]*)</option>", picker)


def test_models_to_talk_to_are_on_offer_and_the_default_is_picked(restart: Restart) -> None:
    page = restart(INFERENCE_MODEL_ID="").open()
    assert (offered(page), picked(page)) == (["parrot-2", "owl-1"], "parrot-2")


def test_the_default_is_that_of_the_catalogue_though_it_is_not_the_first(restart: Restart, upstream: Upstream) -> None:
    upstream.serves_catalogue([CHAT | {"model_id": "dodo-9", "state": "deprecated"}, "parrot-2", "owl-1"])
    assert picked(restart().open()) == "parrot-2"


def test_where_there_is_one_model_there_is_nothing_to_pick(restart: Restart, upstream: Upstream) -> None:
    alice = restart(INFERENCE_MODEL_ID="owl-1")
    page = alice.open()
    assert "model" not in page.form("/turns").fields
    assert "owl-1" in page.words
    alice.say("Hello")
    assert upstream.chats[0]["model"] == "owl-1"


def test_models_of_several_attachments_stand_in_groups(restart: Restart, upstream: Upstream) -> None:
    assert "<optgroup" not in restart().open().html
    with Upstream() as second:
        second.serves_catalogue([WREN])
        page = restart(INFERENCE_TEAL_URL=second.url, INFERENCE_TEAL_KEY=second.key).open()
    assert re.findall(r'<optgroup label="([^"]*)">', page.html) == ["Inference", "Inference teal"]
    assert offered(page) == ["parrot-2", "owl-1", "wren-3"]


def test_a_model_that_will_go_says_until_when_it_is_there(restart: Restart, upstream: Upstream) -> None:
    leaving = CHAT | {"state": "deprecated"}
    upstream.serves_catalogue(
        ["parrot-2", leaving | {"model_id": "dodo-1", "eol_date": "2999-01-03"}, leaving | {"model_id": "dodo-2"}]
    )
    page = restart().open()
    assert offered(page) == ["parrot-2", "dodo-1 (until 3 Jan 2999)", "dodo-2 (leaving soon)"]


def test_a_conversation_keeps_its_model_and_the_next_one_begins_with_it(alice: Person, upstream: Upstream) -> None:
    first = alice.say("Hello", model="owl-1")
    assert picked(alice.open(first)) == picked(alice.open("/")) == "owl-1"
    second = alice.say("Hello", model="parrot-2")
    assert picked(alice.open("/")) == picked(alice.open(second)) == "parrot-2"
    assert picked(alice.open(first)) == "owl-1"
    alice.say("And now?", at=first)
    assert upstream.chats[-1]["model"] == "owl-1"


def test_what_one_visitor_picks_is_not_picked_for_another(alice: Person, stranger: Person) -> None:
    alice.say("Hello", model="owl-1")
    assert picked(stranger.open("/")) == "parrot-2"


def test_who_picked_nothing_follows_the_default(restart: Restart, upstream: Upstream) -> None:
    alice = restart()
    alice.say("Hello")
    upstream.serves_catalogue([WREN, "parrot-2"])
    assert picked(restart(alice).open()) == "wren-3"


def test_a_turn_that_names_no_model_is_for_that_of_its_conversation(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Hello", model="owl-1")
    alice.say("Hello elsewhere", model="parrot-2")
    alice.say("And now?", at=here, model="")
    assert upstream.chats[-1]["model"] == "owl-1"


def test_what_is_remembered_is_little(alice: Person) -> None:
    alice.say("Hello", model="owl-1")
    cookie = alice.client.get_cookie("parley")
    assert cookie
    assert len(cookie.value) < 300


def test_a_retired_model_gives_way_to_its_successor_and_the_page_says_so(restart: Restart, upstream: Upstream) -> None:
    upstream.serves_catalogue([WREN, "parrot-2"])
    alice = restart()
    here = alice.say("Hello", model="parrot-2")
    upstream.serves_catalogue([WREN, GONE, "owl-1"])
    alice = restart(alice)
    for address in (here, "/"):
        page = alice.open(address)
        assert (offered(page), picked(page)) == (["wren-3", "owl-1"], "owl-1")
        assert "parrot-2 is no longer offered, so owl-1 answers." in page.words
    alice.say("And now?", at=here)
    assert upstream.chats[-1]["model"] == "owl-1"
    assert "no longer offered" not in alice.open(here).words


def test_a_page_from_before_a_model_was_retired_is_answered_by_its_successor(
    restart: Restart, upstream: Upstream
) -> None:
    upstream.serves_catalogue([GONE, "owl-1"])
    alice = restart()
    here = alice.say("Hello", model="parrot-2")
    assert upstream.chats[-1]["model"] == "owl-1"
    assert "parrot-2 is no longer offered, so owl-1 answers." in alice.open(here).words


def test_a_model_that_is_gone_without_a_trace_gives_way_to_the_default(restart: Restart, upstream: Upstream) -> None:
    alice = restart()
    here = alice.say("Hello", model="owl-1")
    upstream.serves_catalogue([WREN, "parrot-2"])
    alice = restart(alice)
    page = alice.open(here)
    assert picked(page) == "wren-3"
    assert "owl-1 is not offered at the moment, so wren-3 answers." in page.words
    alice.say("And now?", at=here, model="")
    assert upstream.chats[-1]["model"] == "wren-3"
    assert "owl-1 is not offered at the moment" in alice.open(here).words


def test_a_refused_form_comes_back_with_the_model_that_was_picked(alice: Person) -> None:
    assert picked(Page(alice.send("", model="owl-1").text)) == "owl-1"


def labels(person: Person, here: str) -> list[str]:
    """The models that stand beneath the answers of a conversation."""
    return re.findall(r'message__facts">\s*<span>([^<]*)</span>', person.open(here).html)


def test_an_answer_is_labelled_from_its_beginning_with_the_model_that_gives_it(
    alice: Person, upstream: Upstream
) -> None:
    upstream.stalls_before_headers()
    here = alice.send("Hello", model="owl-1").location.partition("#")[0]
    assert labels(alice, here) == ["owl-1"]
    upstream.release()
    alice.finish(here)


def test_a_failed_answer_is_labelled_too(alice: Person, upstream: Upstream) -> None:
    upstream.refuses(403)
    here = alice.say("Hello", model="owl-1")
    assert labels(alice, here) == ["owl-1"]


def test_an_answer_keeps_its_label_when_another_model_is_asked_later(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Hello", model="owl-1")
    alice.say("And now?", at=here, model="parrot-2")
    assert labels(alice, here) == ["owl-1", "parrot-2"]


def test_an_answer_that_names_its_model_otherwise_is_asked_for_again_of_the_same(
    alice: Person, upstream: Upstream
) -> None:
    upstream.says("So f", model="owl-1-20260101", finish="length")
    here = alice.say("Hello", model="owl-1")
    upstream.says("ar.")
    form = alice.open(here).form("/continue")
    assert alice.client.post(form.action, data=form.fields, headers=EVENTS).status_code == 200
    alice.finish(here)
    assert [chat["model"] for chat in upstream.chats] == ["owl-1", "owl-1"]
    assert "no longer offered" not in alice.open(here).words


def test_where_there_is_no_other_model_none_is_offered(alice: Person, upstream: Upstream) -> None:
    upstream.serves_catalogue(["owl-1"])
    here = alice.say("Hello")
    answer = alice.client.get(f"{here}.json").get_json()["messages"][1]["id"]
    page = alice.open(f"{here}?again={answer}")
    assert 'id="again"' not in page.html
    assert "Regenerate with another model" not in page.links
    assert page.button(f"{answer}/retry")
