"""However many ask at the same time, no more is spent in a day than the operator has set."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from parley.archive import Ledger
from parley.budget import SHORTEST_ANSWER, Budget, SetAside, Spent, TooDear, Unaffordable
from parley.conversation import State, Usage
from parley.database import Database
from parley.inference.client import ChatRequest
from parley.inference.costs import cost_of
from parley.inference.request import USUAL_MAX_TOKENS
from parley.spending import Day
from parley.tables import allowances, conversations, ledger, messages
from tests.processes import ROOT
from tests.spenders import TOKENS, ask_until_it_is_spent, opened, request, took

ANSWER, CONVERSATION = "answer", "conversation"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = opened(database_url)
    yield database
    database.close()


@pytest.fixture
def book(database: Database) -> Ledger:
    return Ledger(database)


def left(ledger: Ledger, tokens: int) -> int:
    day = ledger.day()
    return tokens - day.spent - day.reserved


def test_several_processes_and_threads_together_never_spend_more_than_the_budget(
    database_url: str, book: Ledger
) -> None:
    command = [sys.executable, "-m", "tests.spenders", database_url]
    other = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with ThreadPoolExecutor(2) as pool:
        spent = sum(pool.map(ask_until_it_is_spent, [database_url] * 2))
    spent += int(other.communicate(timeout=60)[0])
    assert book.day() == Day(spent, 0)
    assert TOKENS - 2 * SHORTEST_ANSWER - 512 < spent <= TOKENS


def test_what_is_set_aside_is_nobody_elses_and_comes_back_when_less_was_taken(book: Ledger) -> None:
    budget = Budget(book, 10_000)
    first, entry = budget.begin(request())
    assert (first.max_tokens, book.day().reserved) == (USUAL_MAX_TOKENS, entry.reserved)
    second, other = budget.begin(request())
    assert second.max_tokens == USUAL_MAX_TOKENS
    third, last = budget.begin(request())
    assert SHORTEST_ANSWER < (third.max_tokens or 0) == last.cost.most_answer < USUAL_MAX_TOKENS
    assert left(book, 10_000) == 0
    with pytest.raises(SetAside) as refusal:
        budget.begin(request())
    assert (refusal.value.retry_after or 0) <= 60
    book.settle(took(entry, 800), took(other, 900), took(last, 100))
    assert book.day() == Day(1800, 0)
    assert budget.begin(request())[0].max_tokens == USUAL_MAX_TOKENS


def test_a_shorter_answer_is_better_than_none_and_one_too_short_is_worse(book: Ledger) -> None:
    budget = Budget(book, 5000)
    _request, entry = budget.begin(request())
    book.settle(took(entry, 4000))
    shorter, entry = budget.begin(request())
    assert entry.reserved == 1000
    assert shorter.payload()["max_tokens"] == 1000 - cost_of(request()).most_prompt
    book.settle(took(entry, 0))
    with pytest.raises(TooDear):
        budget.begin(request("x" * 600))
    _request, entry = budget.begin(request())
    book.settle(took(entry, 900))
    with pytest.raises(Spent) as refusal:
        budget.begin(request())
    assert 0 < (refusal.value.retry_after or 0) <= 86_400
    assert "It begins anew in" in refusal.value.advice


def test_a_wish_for_a_short_answer_sets_no_more_aside(book: Ledger) -> None:
    limited, entry = Budget(book, 10_000).begin(request(max_tokens=20))
    assert (limited.max_tokens, entry.cost.most_answer) == (20, 20)


def test_thoughts_are_part_of_what_is_set_aside_and_left_out_where_they_do_not_fit(book: Ledger) -> None:
    budget = Budget(book, 10_000)
    thinking, entry = budget.begin(request(thinking_budget=2048))
    assert thinking.payload()["extended_thinking"]["budget_tokens"] == 2048
    assert thinking.payload()["max_tokens"] == entry.cost.most_answer == 2048 + USUAL_MAX_TOKENS
    hasty, entry = budget.begin(request(thinking_budget=8192))
    assert "extended_thinking" not in hasty.payload()
    assert hasty.payload()["max_tokens"] == entry.cost.most_answer < 8192


def test_a_prompt_counts_for_its_bytes_before_it_is_known_what_it_is_to_the_model() -> None:
    for text in ("a b c", "~!@#$%^&*()", "水", "🧵", "\ufffd\x00"):
        assert cost_of(request(text)).most_prompt >= len(text.encode())
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    seen = ChatRequest("parrot-2", ({"role": "user", "content": [{"type": "text", "text": "Why?"}, picture]},))
    assert cost_of(seen).most_prompt > cost_of(request()).most_prompt + 1600


def test_without_a_budget_nothing_is_set_aside_and_everything_written_down(book: Ledger) -> None:
    budget = Budget(book, None)
    budget.require_some("x" * 100_000)
    unlimited, entry = budget.begin(request())
    assert "max_tokens" not in unlimited.payload()
    assert (budget.allowance(), book.day()) == (None, Day())
    book.settle(took(entry, 700))
    assert book.day() == Day(700, 0)


def test_what_nobody_has_counted_counts_at_its_worst(book: Ledger) -> None:
    _request, entry = Budget(book, 10_000).begin(request("x" * 1000))
    stopped = entry.ended(State.STOPPED, words="水" * 100)
    assert stopped.is_estimated
    assert stopped.usage
    assert stopped.usage.prompt < 400
    assert entry.cost.most_prompt + 300 <= (stopped.charged or 0) < entry.reserved
    assert entry.ended(State.STOPPED, words="").charged == entry.reserved
    assert entry.ended(State.STOPPED, words="x" * 100_000).charged == entry.reserved
    told = entry.ended(State.INTERRUPTED, words="x" * 1000, usage=Usage(300, 1))
    assert 1300 <= (told.charged or 0) < 2000


def test_another_day_has_an_allowance_of_its_own(book: Ledger, database: Database) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    with database.writing() as connection:
        connection.execute(insert(allowances).values(day=yesterday, spent=10_000, reserved=5_000))
    assert Budget(book, 10_000).begin(request())[0].max_tokens == USUAL_MAX_TOKENS
    assert book.day(yesterday) == Day(10_000, 5_000)


def test_what_a_dead_process_had_set_aside_counts_until_somebody_needs_it(book: Ledger, database: Database) -> None:
    budget = Budget(book, 5000)
    _request, entry = budget.begin(request(), ANSWER)
    keep_an_answer(database, "Half of", heartbeat=datetime.now(UTC))
    with pytest.raises(SetAside):
        budget.require_some("Why?" * 100)
    keep_silent(database)
    assert left(book, 5000) < 1000
    budget.require_some("Why?" * 100)
    day = book.day()
    assert day.reserved == 0
    assert entry.cost.most_prompt < day.spent < 1000
    book.settle(took(entry, 600))
    assert book.day() == Day(600, 0)


def test_of_a_dead_process_nothing_is_known_but_what_was_set_aside(book: Ledger, database: Database) -> None:
    _request, entry = Budget(book, 10_000).begin(request())
    assert book.settle_the_abandoned() == 0
    with database.writing() as connection:
        connection.execute(update(ledger).values(began_at=datetime.now(UTC) - timedelta(hours=2)))
    assert book.settle_the_abandoned() == 1
    assert book.day() == Day(entry.reserved, 0)


def test_many_who_settle_and_reserve_at_once_wait_for_nobody_in_a_circle(book: Ledger) -> None:
    budget = Budget(book, 10_000_000)

    def ask_and_settle(number: int) -> int:
        entries = [budget.begin(request())[1] for _ in range(3)]
        ended = [took(entry, number) for entry in entries]
        book.settle(*(ended if number % 2 else reversed(ended)))
        book.settle(*ended)
        return 3 * number

    with ThreadPoolExecutor(8) as pool:
        spent = sum(pool.map(ask_and_settle, range(24)))
    assert book.day() == Day(spent, 0)


def test_what_is_older_than_somebody_wants_is_forgotten_but_for_what_runs(book: Ledger, database: Database) -> None:
    budget = Budget(book, 100_000)
    entries = [budget.begin(request())[1] for _ in range(3)]
    book.settle(*(took(entry, 10) for entry in entries[:2]))
    now = datetime.now(UTC)
    assert book.forget_before(now) == 0
    assert book.forget_before(now + timedelta(days=1)) == 2
    assert book.forget_before(now + timedelta(days=1)) == 0
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(ledger)).scalar_one() == 1


def test_what_cannot_be_afforded_is_a_refusal_like_others() -> None:
    for kind in (Spent, TooDear, SetAside):
        refusal = kind()
        assert isinstance(refusal, Unaffordable)
        assert refusal.status == 429
        assert refusal.kind.startswith("allowance_")


def keep_an_answer(database: Database, text: str, heartbeat: datetime) -> None:
    now = datetime.now(UTC)
    with database.writing() as connection:
        row = {"id": CONVERSATION, "visitor": "v", "title": "t", "created_at": now, "updated_at": now}
        connection.execute(insert(conversations).values(row))
        answer = {"id": ANSWER, "conversation_id": CONVERSATION, "role": "assistant", "text": text, "created_at": now}
        connection.execute(insert(messages).values(state=State.RUNNING, heartbeat_at=heartbeat, **answer))


def keep_silent(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(update(messages).values(heartbeat_at=datetime.now(UTC) - timedelta(minutes=1)))
