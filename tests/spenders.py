"""Somebody who asks as often as the day's budget lets them. Run by itself, it is another process of the app.

python -m tests.spenders DATABASE_URL
"""

import sys
from contextlib import suppress

from parley.archive import Ledger
from parley.budget import Budget, SetAside, Spent, TooDear
from parley.config import Config
from parley.conversation import State, Usage
from parley.database import Database
from parley.inference.client import ChatRequest
from parley.spending import Entry

TOKENS = 60_000


def ask_until_it_is_spent(url: str) -> int:
    """Let every answer take all that was set aside for it, and return how much that was."""
    database = opened(url)
    book, spent = Ledger(database), 0
    budget = Budget(book, TOKENS)
    with suppress(Spent, TooDear):
        while True:
            with suppress(SetAside):
                _request, entry = budget.begin(request())
                book.settle(took(entry, entry.reserved))
                spent += entry.reserved
    database.close()
    return spent


def opened(url: str) -> Database:
    return Database(Config.from_env({"DATABASE_URL": url}).database_url)


def request(text: str = "Why?", max_tokens: int | None = None, thinking_budget: int | None = None) -> ChatRequest:
    messages = ({"role": "user", "content": text},)
    return ChatRequest("parrot-2", messages, max_tokens=max_tokens, thinking_budget=thinking_budget)


def took(entry: Entry, tokens: int) -> Entry:
    """The answer, whole, with so many tokens by the count of the model's service."""
    return entry.ended(State.COMPLETE, words="Because.", usage=Usage(tokens, 0))


if __name__ == "__main__":
    print(ask_until_it_is_spent(sys.argv[1]))
