"""Looking for words in what was said: what is found, where it leads, and what means nothing."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import text, update

from parley import schema
from parley.archive import Archive
from parley.config import Config
from parley.conversation import excerpt, has_all, marked, words_of
from parley.database import Database
from parley.tables import messages
from tests import trees
from tests.people import EVENTS, Page, Person, events_of
from tests.test_lists import database, option, press, titles
from tests.upstream import Upstream

NOTHING = "No conversation has these words."


def search(person: Person, query: str) -> Page:
    return person.open(f"/conversations?q={quote(query)}")


def marks(page: Page) -> list[str]:
    return re.findall(r"<mark>([^<]*)</mark>", page.html)


def places(page: Page) -> list[str]:
    """The excerpts, as they are read."""
    return [re.sub("<[^>]*>", "", place) for place in re.findall(r'<p class="result__place"[^>]*>(.*?)</p>', page.html)]


FOUND: list[tuple[str, list[str]]] = [
    ("hello", ["Hello"]),
    ("HEL", ["Hello"]),
    ("wor hel", ["Hello", "world"]),
    ("ello", []),
    ("hello moon", []),
    ("cafe", ["Café"]),
    ("CAFÉ", ["Café"]),
    ("angstrom", ["Ångström"]),
    ("snake_case", ["snake", "case"]),
    ("example", ["example"]),
    ("path", ["path"]),
    ("3.14", ["3", "14"]),
    ("東京", ["東京タワー"]),
    ("도", ["도시"]),
]


def test_words_are_found_by_their_beginning_whatever_their_case_and_accents(alice: Person, upstream: Upstream) -> None:
    upstream.says("Fine.")
    alice.say("Nothing")
    alice.say(
        "Say:\n\nHello, *world*! The Café of Ångström, https://example.org/a/path, snake_case, 3.14 東京タワー 도시"
    )
    for query, found in FOUND:
        page = search(alice, query)
        assert marks(page) == found, query
        assert titles(page) == (["Say:"] if found else []), query
        assert (NOTHING in page.words) == (not found), query


def test_an_answer_is_found_once_it_has_ended(alice: Person, upstream: Upstream) -> None:
    upstream.says("A quokka ", "is a marsupial")
    upstream.stalls_after(1)
    told = events_of(alice.send("What is that?", headers=EVENTS))
    next(event for event in told if event[0] == "block")
    assert NOTHING in search(alice, "quokka").words
    upstream.release()
    assert list(told)[-1][1]["state"] == "complete"
    assert marks(search(alice, "quokka marsupial")) == ["quokka", "marsupial"]


def test_the_index_is_left_alone_while_an_answer_runs(app: Flask, alice: Person, upstream: Upstream) -> None:
    here = alice.say("Hello")
    archive: Archive = app.extensions["parley"].archive
    with alice.client.session_transaction() as session:
        answer = archive.find(here[-36:], session["visitor"]).messages[1]

    def index() -> list[object]:
        table = "passages_data" if database(app).engine.dialect.name == "sqlite" else "passages"
        with database(app).reading() as connection:
            return list(connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")))

    change_answer(app, answer.id, state="running", text="An axolotl")
    before = index()
    change_answer(app, answer.id, text="An axolotl is")
    change_answer(app, answer.id, text="An axolotl is a salamander")
    assert index() == before
    assert NOTHING in search(alice, "axolotl").words
    assert NOTHING in search(alice, "there").words, "what it said before is not found either"
    change_answer(app, answer.id, text="An axolotl is no newt", state="stopped")
    assert marks(search(alice, "axolotl newt")) == ["axolotl", "newt"]
    change_answer(app, answer.id, text="Something else")
    assert NOTHING in search(alice, "axolotl").words
    assert marks(search(alice, "else")) == ["else"]


def change_answer(app: Flask, answer: str, **values: str) -> None:
    with database(app).writing() as connection:
        connection.execute(update(messages).where(messages.c.id == answer).values(values))


def test_a_stranger_finds_nothing(alice: Person, stranger: Person) -> None:
    alice.say("A quokka")
    assert NOTHING in search(stranger, "quokka").words


def test_a_result_leads_to_the_message_on_the_branch_that_has_it(alice: Person, upstream: Upstream) -> None:
    upstream.says("Fine.")
    here = alice.say("First quokka")
    alice.say("And a wombat?", here)
    alice.say("And a numbat?", here)
    first = alice.client.get(f"{here}.json").get_json()["messages"][0]
    alice.say("Another beginning", here, parent="")

    page = search(alice, "wombat")
    (address,) = {address for address in page.links.values() if "#message-" in address}
    shown, _, place = address.partition("#")
    branch = alice.open(shown)
    assert branch.questions == ["First quokka", "And a wombat?", "And a numbat?"]
    assert f'id="{place}"' in branch.html

    page = search(alice, "another")
    (address,) = {address for address in page.links.values() if "#message-" in address}
    assert "?" not in address, "that is the newest branch"
    assert first["id"] not in address


def test_a_title_is_found_where_no_message_has_the_words(alice: Person) -> None:
    here = alice.say("Hello")
    press(alice, option(alice, here, "/title"), title="Ein Känguru")
    page = search(alice, "kangu ein")
    assert here in page.links.values()
    assert marks(page) == ["Ein", "Känguru"]
    assert places(page) == []
    assert len(places(search(alice, "hello"))) == 2


def test_what_was_said_is_shown_as_text(alice: Person) -> None:
    alice.say("Look:\n\n<b>quokka</b> & **wombat** <script>alert(1)</script>")
    page = search(alice, "quokka")
    assert places(page) == ["Look: &lt;b&gt;quokka&lt;/b&gt; &amp; wombat &lt;script&gt;alert(1)&lt;/script&gt;"]


def test_results_come_in_pages_the_latest_first(alice: Person) -> None:
    said = []
    for number in range(35):
        said.append(trees.question(f"q{number}", f"quokka {number}", f"a{number - 1}" if number else None))
        said.append(trees.answer(f"a{number}", "Yes.", f"q{number}"))
    trees.brought_back(alice, *said)
    page = search(alice, "quokka")
    later = alice.open(page.links["Older results"])
    assert places(page) + places(later) == [f"quokka {number}" for number in reversed(range(35))]
    assert "Older results" not in later.links


ODD_QUERIES = [
    '"', "'", '"hello', "hello*", "hello OR moon", "hello AND", "NOT hello", "-hello", "NEAR(hello world, 2)",
    "text:hello", "hello & !world", "a:* | b", "<->", "(", "\\", "%", "'; DROP TABLE messages; --", "^hello",
    "{a b}: c", "hello + world", "hello " * 2000, "x" * 10_000, "\0", "hel\0lo", "½", "🎉", "—", "\u093c", "\ud800",
    "ﬁ", "İ",
]  # fmt: skip


def test_nothing_that_can_be_typed_is_an_error_or_an_operator(alice: Person) -> None:
    alice.say("Hello there")
    for query in ODD_QUERIES:
        response = alice.client.get("/conversations", query_string={"q": query.encode("utf-8", "surrogatepass")})
        assert response.status_code == 200, query
        says_something = "No conversation has" in response.text or "There is no word in this" in response.text
        assert says_something or "<mark>" in response.text, query


def test_punctuation_means_nothing_and_operators_are_words(alice: Person) -> None:
    alice.say("Hello there")
    for query in ('"hello there', "-hello", "hello*", "^hello", "'hello' & there"):
        assert "Hello" in marks(search(alice, query)), query
    for query in ("hello OR moon", "NOT hello", "hello AND there"):
        assert NOTHING in search(alice, query).words, query


@pytest.mark.parametrize("query", ['"', "—", "***", "\0"])
def test_a_query_without_a_word_is_told_so(alice: Person, query: str) -> None:
    assert "There is no word in this to look for." in search(alice, query).words


def test_an_empty_query_is_the_list(alice: Person) -> None:
    alice.say("Hello")
    assert titles(search(alice, "  ")) == ["Hello"]


def test_an_excerpt_is_cut_between_words_around_the_first_place() -> None:
    said = "word " * 50 + "the quokka\n\n  sleeps " + "word " * 100
    pieces = excerpt(said, ("quokka",))
    line = "".join(piece.text for piece in pieces)
    assert [piece.text for piece in pieces if piece.is_found] == ["quokka"]
    assert line.startswith("…word word")
    assert "the quokka sleeps word" in line
    assert line.endswith("…")
    assert len(line) < 260
    assert "".join(piece.text for piece in excerpt("Short.", ("quokka",))) == "Short."


def test_words_are_read_from_a_query() -> None:
    assert words_of('Say "CAFÉ", don’t say-it; Say — e\u0301') == ("say", "cafe", "don’t", "it", "e")
    assert len(words_of(" ".join(map(str, range(100))))) == 10
    assert has_all("The Quick fox", ("qui", "fox"))
    assert not has_all("The Quick fox", ("uick",))
    assert [piece.text for piece in marked("an ant", ("a", "an")) if piece.is_found] == ["an", "ant"]


@pytest.mark.parametrize("alphabet", ["가각간갇갈", "𠀀𠀁𠀂𠀃", "שּׁשּׂיִ", "aé\u0301"])
def test_a_text_of_any_length_and_script_can_be_kept(app: Flask, alice: Person, alphabet: str) -> None:
    here = alice.say("Hello")
    words = [alphabet[n % len(alphabet)] + alphabet[n // 7 % len(alphabet)] + str(n) for n in range(150_000)]
    answer = alice.client.get(f"{here}.json").get_json()["messages"][1]["id"]
    change_answer(app, answer, text=" ".join(words))
    assert NOTHING not in search(alice, words[3]).words


@pytest.fixture
def older(bare_database_url: str) -> Iterator[Database]:
    """A database as it was before anything could be found in it."""
    older = Database(Config.from_env({"DATABASE_URL": bare_database_url}).database_url)
    with older.exclusive() as connection:
        command.upgrade(schema._alembic(connection), "0003")
    yield older
    older.close()


def test_what_was_said_before_there_was_an_index_is_found_after_the_migration(older: Database) -> None:
    conversation, visitor, now = str(uuid4()), str(uuid4()), datetime.now(UTC)
    with older.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO conversations (id, visitor, title, created_at, updated_at)"
                " VALUES (:id, :visitor, 'Old', :now, :now)"
            ),
            {"id": conversation, "visitor": visitor, "now": now},
        )
        for said, state in (("An old quokka", "complete"), ("A running quokka", "running")):
            row = {"id": str(uuid4()), "conversation_id": conversation, "role": "user", "text": said, "state": state}
            connection.execute(messages.insert().values(row | {"created_at": now}))
    schema.upgrade(older)
    (found,) = Archive(older).search.find(visitor, ("quokka",)).found
    assert "".join(piece.text for piece in found.excerpt) == "An old quokka"


def test_the_migration_can_be_taken_back_and_leaves_no_difference_to_the_code(older: Database) -> None:
    schema.upgrade(older)
    with older.exclusive() as connection:
        command.downgrade(schema._alembic(connection), "0003")
        command.upgrade(schema._alembic(connection), "head")
        command.check(schema._alembic(connection))


@pytest.mark.parametrize("before", ["x", "2147483648", "9999999999", "99999999999"])
def test_a_place_in_the_results_that_there_is_not_is_not_found(alice: Person, before: str) -> None:
    alice.say("Hello")
    assert alice.client.get(f"/conversations?q=hello&before={before}").status_code == 404


def test_an_excerpt_has_the_words_of_markdown_and_not_its_signs() -> None:
    text = "## A weekend\n\n> **Ghent** is `small`:\n\n- see [the *three* towers](/here)\n\n| a | b |\n|---|--:|"
    words = "".join(piece.text for piece in excerpt(text, ("ghent",)))
    assert words == "A weekend Ghent is small: see the three towers | a | b |"
    for plain in ("2 * 3 * 4 = 24", "a_b_c and __init__", "#1 of 3 - or 2", "x > y"):
        assert "".join(piece.text for piece in excerpt(plain, ("nothing",))) == plain
