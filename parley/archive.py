"""What is kept of conversations, and the questions asked of it. In each that a visitor asks is the visitor's id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Connection, Row, Select, and_, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from parley.conversation import Conversation, Heading, Message, State, Usage, title_of
from parley.database import Database, conversations, messages

SILENCE = timedelta(seconds=10)  # a running answer whose process has been silent for this long is interrupted
INTERRUPTED = "The server stopped while the answer was being written. What had come is kept."


class NotFound(Exception):
    """No such thing, or a stranger's: the one who asks is not told which."""


@dataclass(frozen=True)
class Said:
    """A question that is kept, and the answer beneath it. `is_new` is false where a form came twice."""

    conversation: Conversation
    question: Message
    answer: Message
    is_new: bool


class Archive:
    """Every question asked of the database. Each opens a short transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def check(self) -> None:
        """Raise DatabaseUnavailable unless the database can be asked."""
        self.database.check()

    def say(self, conversation: str, visitor: str, text: str, turn: str, parent: str | None = None) -> Said:
        """Keep a question with an empty answer beneath it; a conversation comes into being with its first.

        `parent` is the message it follows: "" for the beginning, None for wherever the conversation has got to.
        The same `turn` with the same text changes nothing. Raises NotFound for a stranger's conversation or an
        unknown parent.
        """
        with self.database.writing() as connection:
            self._open(connection, conversation, visitor, text)
            before = _load(connection, conversation, visitor)
            question = _row_of_turn(connection, conversation, turn)
            if question is not None and question.text != text:  # somebody went back, and sent the form with other words
                turn = str(uuid5(UUID(turn), text))
                question = _row_of_turn(connection, conversation, turn)
            is_new = question is None
            if question is None:
                question_id = _add(connection, conversation, _parent(before, parent), "user", text, turn=turn)
                answer_id = _add_answer(connection, conversation, question_id)
            else:
                question_id, answer_id = question.id, _first_answer(connection, question.id)
            after = _load(connection, conversation, visitor)
        return Said(after, _message(after, question_id), _message(after, answer_id), is_new)

    def ask_again(self, answer: str, visitor: str, turn: str | None = None) -> Said:
        """Make room for another answer to the same question. One that failed without a word gets its place again."""
        with self.database.writing() as connection:
            old = _locked_answer(connection, answer, visitor)
            turn = _turn_of_button("retry", answer, turn)
            again = _row_of_turn(connection, old.conversation_id, turn) if turn else None
            is_new = again is None and old.state != State.RUNNING
            answer_id = again.id if again else old.id
            if is_new and old.text:
                answer_id = _add_answer(connection, old.conversation_id, old.parent_id, turn=turn)
            elif is_new:
                _begin_again(connection, old, turn, reasoning="")
            after = _load(connection, old.conversation_id, visitor)
        return Said(after, _message(after, old.parent_id), _message(after, answer_id), is_new)

    def go_on(self, answer: str, visitor: str, turn: str | None = None) -> Said:
        """Open an answer that ended too soon once more, so that the rest of it can follow what is there."""
        with self.database.writing() as connection:
            old = _locked_answer(connection, answer, visitor)
            turn = _turn_of_button("continue", answer, turn)
            is_new = _message_from(old).can_go_on and (turn is None or old.turn != turn)
            if is_new:
                _begin_again(connection, old, turn)
            after = _load(connection, old.conversation_id, visitor)
        return Said(after, _message(after, old.parent_id), _message(after, old.id), is_new)

    def find(self, conversation: str, visitor: str) -> Conversation:
        """A conversation with all that was said in it. Raises NotFound."""
        self._interrupt_the_silent(conversation)
        with self.database.reading() as connection:
            return _load(connection, conversation, visitor)

    def find_answer(self, answer: str, visitor: str) -> tuple[Conversation, Message]:
        """An answer and the conversation it stands in. Raises NotFound."""
        with self.database.reading() as connection:
            row = _answer_row(connection, answer, visitor)
        conversation = self.find(row.conversation_id, visitor)
        return conversation, _message(conversation, answer)

    def progress(self, answer: str) -> Message:
        """An answer as far as it is kept, for whoever was already allowed to watch it. Raises NotFound."""
        with self.database.reading() as connection:
            row = connection.execute(select(messages).where(messages.c.id == answer)).one_or_none()
        if row is None:
            raise NotFound(answer)
        if row.state == State.RUNNING and _utc(row.heartbeat_at) < datetime.now(UTC) - SILENCE:
            self._interrupt_the_silent(row.conversation_id)
            return self.progress(answer)
        return _message_from(row)

    def recent(self, visitor: str, limit: int = 100) -> list[Heading]:
        """A visitor's conversations, the latest first."""
        asked = (
            select(conversations.c.id, conversations.c.title, conversations.c.updated_at)
            .where(conversations.c.visitor == visitor)
            .order_by(conversations.c.updated_at.desc(), conversations.c.id)
            .limit(limit)
        )
        with self.database.reading() as connection:
            return [Heading(row.id, row.title, _utc(row.updated_at)) for row in connection.execute(asked)]

    def journal(self, answers: Sequence[Message]) -> None:
        """Write how far answers have come, all in one transaction.

        What was begun again since, perhaps by another process that took this one for dead, is left alone.
        """
        this_attempt = and_(messages.c.id == bindparam("answer"), messages.c.attempt == bindparam("this_attempt"))
        with self.database.writing() as connection:
            connection.execute(update(messages).where(this_attempt), [_columns(answer) for answer in answers])

    def unwanted(self, attempts: Mapping[str, int]) -> set[str]:
        """Those of some running answers that nobody wants any more: stopped, begun again elsewhere, or deleted."""
        asked = select(messages.c.id, messages.c.attempt).where(messages.c.id.in_(attempts), ~messages.c.stop_requested)
        with self.database.reading() as connection:
            wanted = {row.id: row.attempt for row in connection.execute(asked)}
        return {answer for answer, attempt in attempts.items() if wanted.get(answer) != attempt}

    def request_stop(self, answer: str) -> None:
        """Leave word for the process that runs an answer. It reads it with its next line in the journal."""
        running = and_(messages.c.id == answer, messages.c.state == State.RUNNING)
        with self.database.writing() as connection:
            connection.execute(update(messages).where(running).values(stop_requested=True))

    def _open(self, connection: Connection, conversation: str, visitor: str, text: str) -> None:
        """Make sure that a conversation is there, and that nobody else adds to it until this transaction ends."""
        now = datetime.now(UTC)
        row = {"id": conversation, "visitor": visitor, "title": title_of(text), "created_at": now, "updated_at": now}
        if _lock(connection, conversation) is None:
            try:
                with connection.begin_nested():
                    connection.execute(insert(conversations).values(row))
            except IntegrityError:  # another process was a moment earlier
                _lock(connection, conversation)

    def _interrupt_the_silent(self, conversation: str) -> None:
        silent = and_(
            messages.c.conversation_id == conversation,
            messages.c.state == State.RUNNING,
            messages.c.heartbeat_at < datetime.now(UTC) - SILENCE,
        )
        with self.database.reading() as connection:
            if connection.execute(select(messages.c.id).where(silent)).first() is None:
                return
        with self.database.writing() as connection:
            connection.execute(update(messages).where(silent).values(state=State.INTERRUPTED, error=INTERRUPTED))


def _lock(connection: Connection, conversation: str) -> str | None:
    """Touch a conversation, so that others who add to it wait. PostgreSQL locks the row, SQLite has locked it all."""
    touch = update(conversations).where(conversations.c.id == conversation).values(updated_at=datetime.now(UTC))
    return connection.execute(touch.returning(conversations.c.id)).scalar()


def _load(connection: Connection, conversation: str, visitor: str) -> Conversation:
    owned = and_(conversations.c.id == conversation, conversations.c.visitor == visitor)
    row = connection.execute(select(conversations).where(owned)).one_or_none()
    if row is None:
        raise NotFound(conversation)
    said = select(messages).where(messages.c.conversation_id == conversation).order_by(messages.c.number)
    return Conversation(row.id, row.visitor, row.title, tuple(map(_message_from, connection.execute(said))))


def _parent(conversation: Conversation, parent: str | None) -> str | None:
    if parent is None:
        return conversation.newest
    if parent and not conversation.has(parent):
        raise NotFound(parent)
    return parent or None


def _message(conversation: Conversation, message_id: str) -> Message:
    return next(message for message in conversation.messages if message.id == message_id)


def _row_of_turn(connection: Connection, conversation: str, turn: str) -> Row[Any] | None:
    asked = select(messages).where(messages.c.conversation_id == conversation, messages.c.turn == turn)
    return connection.execute(asked).one_or_none()


def _turn_of_button(button: str, answer: str, turn: str | None) -> str | None:
    """The turn that a button carries, bound to it and to the answer above it, so that it can be no other's."""
    return str(uuid5(UUID(turn), f"{button} {answer}")) if turn else None


def _first_answer(connection: Connection, question: str) -> str:
    asked = select(messages.c.id).where(messages.c.parent_id == question, messages.c.role == "assistant")
    first: str = connection.execute(asked.order_by(messages.c.number).limit(1)).scalar_one()
    return first


def _answer_row(connection: Connection, answer: str, visitor: str) -> Row[Any]:
    asked: Select[Any] = (
        select(messages)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(messages.c.id == answer, messages.c.role == "assistant", conversations.c.visitor == visitor)
    )
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise NotFound(answer)
    return row


def _locked_answer(connection: Connection, answer: str, visitor: str) -> Row[Any]:
    """An answer as it is once nobody else can change its conversation."""
    _lock(connection, _answer_row(connection, answer, visitor).conversation_id)
    return _answer_row(connection, answer, visitor)


def _add_answer(connection: Connection, conversation: str, question: str, turn: str | None = None) -> str:
    return _add(connection, conversation, question, "assistant", "", turn=turn, state=State.RUNNING)


def _add(
    connection: Connection,
    conversation: str,
    parent: str | None,
    role: str,
    text: str,
    turn: str | None = None,
    state: State = State.COMPLETE,
) -> str:
    now = datetime.now(UTC)
    message_id = str(uuid4())
    message = {"id": message_id, "conversation_id": conversation, "parent_id": parent, "role": role, "text": text}
    connection.execute(
        insert(messages).values(message | {"turn": turn, "state": state, "created_at": now, "heartbeat_at": now})
    )
    return message_id


def _begin_again(connection: Connection, answer: Row[Any], turn: str | None, **changes: Any) -> None:
    afresh = {
        "state": State.RUNNING,
        "turn": turn,
        "attempt": answer.attempt + 1,
        "error": None,
        "notice": None,
        "retry_at": None,
        "stop_requested": False,
        "heartbeat_at": datetime.now(UTC),
    }
    connection.execute(update(messages).where(messages.c.id == answer.id).values({**afresh, **changes}))


def _columns(answer: Message) -> dict[str, Any]:
    usage = answer.usage
    return {
        "answer": answer.id,
        "this_attempt": answer.attempt,
        "text": answer.text,
        "reasoning": answer.reasoning,
        "state": answer.state,
        "model": answer.model,
        "prompt_tokens": usage.prompt if usage else None,
        "completion_tokens": usage.completion if usage else None,
        "seconds": answer.seconds,
        "error": answer.error,
        "notice": answer.notice,
        "retry_at": answer.retry_at,
        "heartbeat_at": datetime.now(UTC),
    }


def _message_from(row: Row[Any]) -> Message:
    spent = None if row.completion_tokens is None else Usage(row.prompt_tokens, row.completion_tokens)
    return Message(
        id=row.id,
        conversation=row.conversation_id,
        parent=row.parent_id,
        role=row.role,
        text=row.text,
        at=_utc(row.created_at),
        state=State(row.state),
        reasoning=row.reasoning,
        model=row.model,
        usage=spent,
        seconds=row.seconds,
        error=row.error,
        notice=row.notice,
        retry_at=None if row.retry_at is None else _utc(row.retry_at),
        attempt=row.attempt,
    )


def _utc(moment: datetime) -> datetime:
    """SQLite keeps no time zone; all times in the database are UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
