"""Conversations by the thousand, straight into the tables. Their words are nobody's, spread as in a language."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from parley.database import Database
from parley.tables import conversations, messages
from tests.upstream import MARKDOWN

SEED = 1
SHORT = str(UUID(int=random.Random(SEED).getrandbits(128)))  # the first of those that are made by chance
LONG, LONG_MESSAGES = str(UUID(int=7)), 200
EVENING, EVENING_MESSAGES = str(UUID(int=8)), 50  # what one says in an evening
QUESTION, ANSWER = 20, 180  # words
BATCH = 500  # conversations in one transaction
SYLLABLES = ("ba", "den", "fil", "go", "hur", "kan", "lo", "mi", "nor", "pel", "ra", "sti", "tu", "vo", "wen", "zi")
VOCABULARY = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]
FREQUENT, BEGINNING, RARE = VOCABULARY[0], VOCABULARY[0][:3], "quokka"
IN_ONE_OF = 5000  # messages the rare word is

Values = dict[str, Any]


def fill(database: Database, visitor: str, count: int) -> None:
    """So many conversations of a visitor, four messages in each, and two that are long."""
    chance = random.Random(SEED)
    now = datetime.now(UTC)
    for first in range(0, count, BATCH):
        moments = [now - timedelta(minutes=10 * number) for number in range(first, min(first + BATCH, count))]
        _keep(database, [_conversation(str(UUID(int=chance.getrandbits(128))), visitor, at) for at in moments], chance)
    for id, title, length in ((LONG, "A long one", LONG_MESSAGES), (EVENING, "An evening", EVENING_MESSAGES)):
        with database.writing() as connection:
            connection.execute(insert(conversations), [_conversation(id, visitor, now) | {"title": title}])
            connection.execute(insert(messages), list(_exchange(id, now, length, _long_texts())))


def _keep(database: Database, opened: list[Values], chance: random.Random) -> None:
    said: list[Values] = []
    for one in opened:
        texts = [_words(chance, QUESTION), _words(chance, ANSWER), _words(chance, QUESTION), _words(chance, ANSWER)]
        one["title"] = texts[0][:80]
        said += _exchange(one["id"], one["created_at"], len(texts), texts)
    with database.writing() as connection:
        connection.execute(insert(conversations), opened)
        connection.execute(insert(messages), said)


def _long_texts() -> list[str]:
    """No two answers are the same: what is rendered once must not be had for nothing a hundred times."""
    return [
        f"{number}. What then?" if number % 2 else f"{MARKDOWN}\nSo {number}." for number in range(1, LONG_MESSAGES + 1)
    ]


def _conversation(id: str, visitor: str, at: datetime) -> Values:
    return {"id": id, "visitor": visitor, "title": "", "created_at": at, "updated_at": at}


def _exchange(conversation: str, at: datetime, count: int, texts: list[str]) -> Iterator[Values]:
    """Question and answer in turn, each beneath the one before it."""
    before = None
    for number in range(count):
        message = str(UUID(int=UUID(conversation).int ^ (number + 1 << 64)))
        yield {
            "id": message,
            "conversation_id": conversation,
            "parent_id": before,
            "role": ("user", "assistant")[number % 2],
            "text": texts[number % len(texts)],
            "state": "complete",
            "created_at": at,
        }
        before = message


_weights = list(accumulate(1 / rank for rank in range(1, len(VOCABULARY) + 1)))  # Zipf's law


def _words(chance: random.Random, count: int) -> str:
    words = chance.choices(VOCABULARY, cum_weights=_weights, k=count)
    if not chance.randrange(IN_ONE_OF):
        words[count // 2] = RARE
    return " ".join(words).capitalize()
