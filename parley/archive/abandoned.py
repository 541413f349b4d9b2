"""Calls to models whose process has died: nobody will say any more what they took.

They count for what was set aside until somebody needs it, or wants to know. Then each counts for what is kept of its
answer; for all that was set aside where nothing is.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from parley.archive.rows import utc
from parley.conversation import State
from parley.inference.costs import Cost
from parley.spending import Entry
from parley.tables import ledger, messages

SILENCE = timedelta(seconds=10)  # after which a process is taken for dead, as its answers are
UNHEARD = timedelta(hours=1)  # the same for a call whose answer is not kept, and so has no heartbeat
MOST = 200  # of them at once

_answer = and_(messages.c.id == ledger.c.answer_id, messages.c.attempt == ledger.c.attempt)


def found(connection: Connection) -> list[Entry]:
    """Some of them, as having ended. What others see to already is passed over."""
    now = datetime.now(UTC)
    is_silent = and_(messages.c.id.is_not(None), messages.c.heartbeat_at < now - SILENCE)
    is_unheard = and_(messages.c.id.is_(None), ledger.c.began_at < now - UNHEARD)
    asked = (
        select(ledger, messages.c.text, messages.c.reasoning)
        .join(messages, _answer, isouter=True)
        .where(ledger.c.charged.is_(None), or_(is_silent, is_unheard))
        .order_by(ledger.c.id)
        .limit(MOST)
        .with_for_update(skip_locked=True, of=ledger)
    )
    return [_ended(row) for row in connection.execute(asked)]


def _ended(row: Row[Any]) -> Entry:
    cost = Cost(row.prompt_tokens, row.most_prompt, row.most_answer)
    entry = Entry(row.id, row.model, cost, utc(row.began_at), row.answer_id, row.attempt)
    return entry.ended(State.INTERRUPTED, words=(row.text or "") + (row.reasoning or ""))
