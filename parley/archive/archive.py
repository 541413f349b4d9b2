"""Every question asked of the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select, update

from parley.archive import images, journal, ledger, renderings, saying
from parley.archive.counters import Counters
from parley.archive.deletions import Deletions
from parley.archive.imports import Imports
from parley.archive.invitations import Invitations
from parley.archive.ledger import Ledger
from parley.archive.listing import Listing
from parley.archive.loading import Rows, load, load_around, load_model, load_said_in
from parley.archive.organising import Organising
from parley.archive.owned import NotFound, belongs_to
from parley.archive.renderings import Rendering
from parley.archive.retention import Retention
from parley.archive.rows import message_of, utc
from parley.archive.searching import Search
from parley.archive.shares import Shares
from parley.archive.tolls import FREE, Toll, Tolls, pay
from parley.archive.traces import Traces
from parley.conversation import Conversation, Image, Message, State, title_of
from parley.database import Database
from parley.spending import Entry
from parley.tables import conversations, messages

SILENCE = timedelta(seconds=10)  # a running answer whose process has been silent for this long is interrupted
INTERRUPTED = "The server stopped while the answer was being written. What had come is kept."

NO_WISHES: Mapping[str, object] = {}


@dataclass(frozen=True)
class Said:
    """A question that is kept, and the answer beneath it. `is_new` is false where a form came twice."""

    conversation: Conversation
    question: Message
    answer: Message
    is_new: bool


class Archive:
    """Each method opens a short transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.imports = Imports(database)
        self.shares = Shares(database)
        self.images = images.Images(database)
        self.renderings = renderings.Renderings(database)
        self.listing = Listing(database)
        self.organising = Organising(database)
        self.deletions = Deletions(database)
        self.retention = Retention(database)
        self.traces = Traces(database)
        self.search = Search(database)
        self.counters = Counters(database)
        self.ledger = Ledger(database)
        self.invitations = Invitations(database)
        self.tolls = Tolls(database)

    def check(self) -> None:
        """Raise DatabaseUnavailable unless the database can be asked."""
        self.database.check()

    def say(
        self,
        conversation: str,
        visitor: str,
        text: str,
        turn: str,
        parent: str | None = None,
        wishes: Mapping[str, object] = NO_WISHES,
        sent: Sequence[Image] = (),
        shown: str | None = None,
        toll: Toll = FREE,
    ) -> Said:
        """Keep a question with an empty answer beneath it; a conversation comes into being with its first.

        `parent` is the message it follows: "" for the beginning, None for wherever the conversation has got to, on the
        branch through the message `shown`, where there is such a one.
        `wishes` are the settings of the conversation that change with this turn, by their names.
        The same `turn` with the same text and images changes nothing, and costs nothing. Raises NotFound for a
        stranger's conversation or image, or an unknown parent; Unpaid where the toll is too much.
        """
        with self.database.writing() as connection:
            opened = saying.open_conversation(connection, conversation, visitor, title_of(text, sent), wishes)
            before, rows = load_said_in(connection, opened)
            question = saying.of_turn(rows, turn)
            if question is not None and not _message(before, question.id).says(text, sent):
                turn = saying.turn_of_text(turn, " ".join([text, *(image.id for image in sent)]))
                question = saying.of_turn(rows, turn)
            if question is not None:
                return _said(before, _first_answer(rows, question.id), is_new=False)
            pay(connection, toll)
            asked = saying.question(conversation, _parent(before, parent, shown), text, turn)
            answer = saying.answer(conversation, asked["id"], model=wishes.get("model"))
            saying.add(connection, asked, answer)
            saying.wish(connection, before, wishes)
            images.attach(connection, asked, visitor, sent)
            after = saying.heard(before, wishes, asked, answer)
            if sent:
                after, _rows = load(connection, conversation, visitor)
        return _said(after, answer["id"], is_new=True)

    def ask_again(
        self, answer: str, visitor: str, turn: str | None = None, model: str | None = None, toll: Toll = FREE
    ) -> Said:
        """Make room for another answer to the same question. One that failed without a word gets its place again."""
        turn = saying.turn_of_button("retry", answer, turn)
        with self.database.writing() as connection:
            old, rows = _locked_answer(connection, answer, visitor)
            again = saying.of_turn(rows, turn)
            is_new = again is None and old.state != State.RUNNING
            pay(connection, toll if is_new else FREE)
            answer_id: str = again.id if again else old.id
            if is_new and old.text:
                another = saying.answer(old.conversation_id, old.parent_id, turn, model)
                saying.add(connection, another)
                answer_id = another["id"]
            elif is_new:
                saying.begin_anew(connection, old, turn, model=model, reasoning="", thought_seconds=None)
            after, _rows = load(connection, old.conversation_id, visitor)
        return _said(after, answer_id, is_new)

    def go_on(
        self, answer: str, visitor: str, turn: str | None = None, model: str | None = None, toll: Toll = FREE
    ) -> Said:
        """Open an answer that ended too soon once more, so that the rest of it can follow what is there."""
        turn = saying.turn_of_button("continue", answer, turn)
        with self.database.writing() as connection:
            old, _rows = _locked_answer(connection, answer, visitor)
            is_new = message_of(old).can_go_on and (turn is None or old.turn != turn)
            if is_new:
                pay(connection, toll)
                saying.begin_anew(connection, old, turn, model=model or old.model)
            after, _rows = load(connection, old.conversation_id, visitor)
        return _said(after, old.id, is_new)

    def find(self, conversation: str, visitor: str) -> Conversation:
        """A conversation with all that was said in it. Raises NotFound."""
        return self._found(partial(load, conversation=conversation, visitor=visitor))

    def find_answer(self, answer: str, visitor: str) -> tuple[Conversation, Message]:
        """An answer and the conversation it stands in. Raises NotFound."""
        conversation = self._found(partial(load_around, answer=answer, visitor=visitor))
        return conversation, _message(conversation, answer)

    def model_in(self, conversation: str, visitor: str) -> str | None:
        """The model that is to answer there. None where nobody chose one, or where there is no such conversation."""
        with self.database.reading() as connection:
            return load_model(connection, conversation, visitor)

    def progress(self, answer: str) -> Message:
        """An answer as far as it is kept, for whoever was already allowed to watch it. Raises NotFound."""
        with self.database.reading() as connection:
            row = connection.execute(select(messages).where(messages.c.id == answer)).one_or_none()
        if row is None:
            raise NotFound(answer)
        if _is_silent(row):
            self._interrupt_the_silent(row.conversation_id)
            return self.progress(answer)
        return message_of(row)

    def journal(
        self, answers: Sequence[Message], entries: Sequence[Entry] = (), made: Sequence[Rendering] = ()
    ) -> set[str]:
        """Write how far answers have come, and of those that ended what they took and their HTML, in one transaction.

        Returns those that nobody wants any more.
        """
        with self.database.journalling() as connection:
            journal.write(connection, answers)
            renderings.write(connection, made)
            ledger.settle(connection, entries)
            return journal.unwanted(connection, answers)

    def request_stop(self, answer: str) -> None:
        """Leave word for the process that runs an answer. It reads it with its next line in the journal."""
        running = and_(messages.c.id == answer, messages.c.state == State.RUNNING)
        with self.database.writing() as connection:
            connection.execute(update(messages).where(running).values(stop_requested=True))

    def _found(self, loading: Callable[[Connection], tuple[Conversation, Rows]]) -> Conversation:
        with self.database.reading() as connection:
            found, rows = loading(connection)
        if not any(map(_is_silent, rows)):
            return found
        self._interrupt_the_silent(found.id)
        return self._found(loading)

    def _interrupt_the_silent(self, conversation: str) -> None:
        silent = and_(
            messages.c.conversation_id == conversation,
            messages.c.state == State.RUNNING,
            messages.c.heartbeat_at < datetime.now(UTC) - SILENCE,
        )
        with self.database.writing() as connection:
            connection.execute(update(messages).where(silent).values(state=State.INTERRUPTED, error=INTERRUPTED))


def _locked_answer(connection: Connection, answer: str, visitor: str) -> tuple[Row[Any], Rows]:
    """An answer as it is once nobody else can add to its conversation, and all that was said there."""
    conversation = _answer_row(connection, answer, visitor).conversation_id
    saying.lock(connection, conversation)
    _conversation, rows = load(connection, conversation, visitor)
    return next(row for row in rows if row.id == answer), rows


def _answer_row(connection: Connection, answer: str, visitor: str) -> Row[Any]:
    asked: Select[Any] = (
        select(messages)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(messages.c.id == answer, messages.c.role == "assistant", belongs_to(visitor))
    )
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise NotFound(answer)
    return row


def _is_silent(row: Row[Any]) -> bool:
    """Whether it runs, and its process has not been heard of for too long."""
    return bool(row.state == State.RUNNING and utc(row.heartbeat_at) < datetime.now(UTC) - SILENCE)


def _said(conversation: Conversation, answer_id: str, is_new: bool) -> Said:
    answer = _message(conversation, answer_id)
    return Said(conversation, _message(conversation, answer.parent), answer, is_new)


def _message(conversation: Conversation, message_id: str | None) -> Message:
    return next(message for message in conversation.messages if message.id == message_id)


def _first_answer(rows: Rows, question: str) -> str:
    first: str = next(row.id for row in rows if row.parent_id == question and row.role == "assistant")
    return first


def _parent(conversation: Conversation, parent: str | None, shown: str | None) -> str | None:
    if parent is None:
        seen = conversation.message(shown or "")
        return (conversation.end_through(seen) if seen else None) or conversation.newest
    if parent and not conversation.has(parent):
        raise NotFound(parent)
    return parent or None
