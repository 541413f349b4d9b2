"""Prompts to try, and links that fill the composer. None of them speaks for the visitor."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask

from app import create_app
from parley import schema
from parley.config import Config, ConfigError
from parley.starters import LONGEST_PROMPT, OURS, Starter
from tests.conftest import SECRET
from tests.people import Person
from tests.upstream import Upstream

pytestmark = pytest.mark.on_sqlite


def read(starters: object) -> tuple[Starter, ...]:
    text = starters if isinstance(starters, str) else json.dumps(starters)
    return Config.from_env({"SECRET_KEY": SECRET, "STARTERS": text}).starters


@pytest.fixture
def limited(config: Config) -> Iterator[Flask]:
    app = create_app(Config(**vars(config) | {"message_limit": 5, "starters": ()}))
    schema.upgrade(app.extensions["parley"].archive.database)
    yield app
    app.extensions["parley"].archive.database.close()


def test_an_empty_page_has_four_prompts_to_try(alice: Person) -> None:
    page = alice.open("/")
    assert [starter.title in page.words for starter in OURS] == [True] * 4


def test_a_prompt_is_a_link_that_fills_the_composer_and_sends_nothing(alice: Person, upstream: Upstream) -> None:
    page = alice.open("/")
    for starter in OURS:
        link = next(link for words, link in page.links.items() if words == starter.prompt)
        assert alice.open(link).form("/turns").fields["message"] == starter.prompt
    assert not upstream.chats


def test_a_conversation_that_has_begun_offers_none(alice: Person) -> None:
    assert OURS[0].title not in alice.open(alice.say("Hello")).words


@pytest.mark.parametrize("text", ["Why?", " two\nlines ", "</textarea><script>alert(1)</script>", "ü & = + % #"])
def test_a_link_can_fill_the_composer_with_anything(alice: Person, upstream: Upstream, text: str) -> None:
    page = alice.open(f"/?q={quote(text)}")
    assert page.form("/turns").fields["message"] == text
    assert "<script>alert" not in page.html
    assert not upstream.chats


def test_what_a_link_says_is_cut_at_the_limit_and_nul_is_replaced(limited: Flask) -> None:
    assert Person(limited).open("/?q=abcdefg").form("/turns").fields["message"] == "abcde"
    assert Person(limited).open("/?q=a%00b").form("/turns").fields["message"] == "a\N{REPLACEMENT CHARACTER}b"


def test_where_the_operator_has_none_there_are_none(limited: Flask) -> None:
    assert "starters__link" not in Person(limited).open("/").html


def test_the_operators_prompts_are_texts_or_have_titles() -> None:
    assert read([" Why? ", {"title": "Because", "prompt": "Say why"}]) == (
        Starter("Why?", "Why?"),
        Starter("Because", "Say why"),
    )
    assert read([]) == ()
    assert read("") == OURS


def test_no_more_than_four_are_shown(config: Config) -> None:
    app = create_app(Config(**vars(config) | {"starters": read([f"Prompt {number}" for number in range(8)])}))
    schema.upgrade(app.extensions["parley"].archive.database)
    assert Person(app).open("/").html.count("starters__link") == 4
    app.extensions["parley"].archive.database.close()


@pytest.mark.parametrize(
    "starters",
    [
        "Tell me a story",
        "{}",
        '"Why?"',
        "[1]",
        '[""]',
        '[{"title": "Why"}]',
        '[{"title": " ", "prompt": "Why?"}]',
        '[["Why?"]]',
        json.dumps(["a" * (LONGEST_PROMPT + 1)]),
        json.dumps(["ü" * (LONGEST_PROMPT // 6 + 1)]),
    ],
)
def test_prompts_that_make_no_sense_stop_the_start_with_a_sentence(starters: str) -> None:
    with pytest.raises(ConfigError, match=r"STARTERS must be a JSON list of prompts.*\.$"):
        read(starters)
