"""From the bytes of a file to a conversation with ids of its own. What it says of itself is believed in nothing."""

import time
from dataclasses import replace
from uuid import uuid4

import orjson

from parley.conversation import (
    GREATEST_LENGTH,
    INSTRUCTIONS_LIMIT,
    LONGEST_ANSWER,
    REASONING,
    Conversation,
    Message,
    Settings,
    State,
    Usage,
    title_of,
)
from parley.exports import FORMAT, VERSION
from parley.imports.fields import LONGEST_NAME, LONGEST_SENTENCE, Fields, Unreadable
from parley.imports.pictures import Contents, with_images

MOST_MESSAGES = 10_000
AT_A_TIME = 100  # messages, of which each takes 25 microseconds
LONGEST_TITLE = 1000
HOTTEST = 1

NOT_JSON = "This file is not JSON, or not all of it is there."
NOT_OURS = "This file is not a conversation that was exported here as JSON."
NEWER = "This file was written by a later release than this one, which can't read it."
NO_MESSAGES = "There is no message in this file."
TOO_MANY = f"There are more than {MOST_MESSAGES:,} messages in this file."
CUT_SHORT = "This answer was still being written when the conversation was exported."

Ids = dict[str, Message]


def read(file: bytes, visitor: str, message_limit: int) -> tuple[Conversation, Contents]:
    """The conversation that a file holds, as a new one of this visitor's, and the bytes of its images.

    Images are read last, as they take longest. Raises Unreadable.
    """
    fields = Fields(_document(file), "This file")
    found = _list(fields.get("messages"))
    messages = _messages(found, str(uuid4()), message_limit)
    title = " ".join(fields.text("title", LONGEST_TITLE).split())
    settings = _settings(Fields(fields.get("settings") or {}, "The settings in this file"))
    messages, contents = with_images(messages, found)
    title = title or title_of(messages[0].text, messages[0].images)
    return Conversation(messages[0].conversation, visitor, title, messages, settings), contents


def _document(file: bytes) -> dict[str, object]:
    try:
        document = orjson.loads(file)
    except orjson.JSONDecodeError as error:
        raise Unreadable(NOT_JSON) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Unreadable(NOT_OURS)
    if document.get("version") != VERSION:
        raise Unreadable(NEWER)
    return document


def _settings(fields: Fields) -> Settings:
    """No more than may be set here: the composer sends them along, and would be refused with every message."""
    reasoning = fields.get("reasoning")
    if reasoning is not None and reasoning not in REASONING:
        raise fields.wrong("reasoning")
    return Settings(
        model=fields.text_or_none("model", LONGEST_NAME),
        instructions=fields.text_or_none("instructions", INSTRUCTIONS_LIMIT) or "",
        temperature=fields.number_or_none("temperature", HOTTEST),
        max_tokens=fields.count_or_none("max_tokens", GREATEST_LENGTH) or None,
        reasoning=fields.text_or_none("reasoning", LONGEST_NAME),
    )


def _list(found: object) -> list[object]:
    if not isinstance(found, list) or not found:
        raise Unreadable(NO_MESSAGES)
    if len(found) > MOST_MESSAGES:
        raise Unreadable(TOO_MANY)
    return found


def _messages(found: list[object], conversation: str, message_limit: int) -> tuple[Message, ...]:
    """The messages in their order. What one of them follows has to stand before it, so there can be no circle."""
    by_old_id: Ids = {}
    for number, value in enumerate(found, 1):
        fields = Fields(value, f"Message {number} in this file")
        old_id = fields.text("id", LONGEST_NAME)
        if old_id in by_old_id:
            raise Unreadable(f"Message {number} in this file has the id of an earlier one.")
        by_old_id[old_id] = _message(fields, conversation, _parent(fields, by_old_id, number), message_limit)
        if number % AT_A_TIME == 0:
            time.sleep(0)  # let the answers that are being given have their turn
    messages = tuple(by_old_id.values())
    _require_answers(messages)
    return messages


def _parent(fields: Fields, earlier: Ids, number: int) -> Message | None:
    """The message that this one follows: for an answer a question, for a question an answer, or none."""
    parent_id = fields.text_or_none("parent", LONGEST_NAME)
    parent = None if parent_id is None else earlier.get(parent_id)
    if parent_id is not None and parent is None:
        raise Unreadable(f"Message {number} in this file follows one that doesn't stand before it.")
    role = fields.text("role", LONGEST_NAME)
    before = parent.role if parent else None
    if (role, before) not in (("user", None), ("user", "assistant"), ("assistant", "user")):
        raise Unreadable(f"Message {number} in this file is neither a question nor the answer to one.")
    return parent


def _message(fields: Fields, conversation: str, parent: Message | None, message_limit: int) -> Message:
    is_question = fields.get("role") == "user"
    message = Message(
        id=str(uuid4()),
        conversation=conversation,
        parent=parent.id if parent else None,
        role="user" if is_question else "assistant",
        text=fields.text("text", message_limit if is_question else LONGEST_ANSWER),
        at=fields.moment("at"),
    )
    return message if is_question else _ended(_with_its_end(message, fields))


def _with_its_end(answer: Message, fields: Fields) -> Message:
    """What only an answer has."""
    return replace(
        answer,
        state=_state(fields),
        reasoning=fields.text_or_none("reasoning", LONGEST_ANSWER) or "",
        model=fields.text_or_none("model", LONGEST_NAME),
        usage=_usage(fields),
        seconds=fields.number_or_none("seconds"),
        thought_seconds=fields.number_or_none("thought_seconds"),
        error=fields.text_or_none("error", LONGEST_SENTENCE),
        notice=fields.text_or_none("notice", LONGEST_SENTENCE),
        retry_at=fields.moment_or_none("retry_at"),
    )


def _ended(answer: Message) -> Message:
    """Nobody gives an answer that runs in a file."""
    if not answer.is_running:
        return answer
    return replace(answer, state=State.INTERRUPTED, error=CUT_SHORT)


def _state(fields: Fields) -> State:
    try:
        return State(fields.text("state", LONGEST_NAME))
    except ValueError as error:
        raise fields.wrong("state") from error


def _usage(fields: Fields) -> Usage | None:
    if fields.get("usage") is None:
        return None
    usage = Fields(fields.get("usage"), "A usage in this file")
    return Usage(usage.count("prompt"), usage.count("completion"))


def _require_answers(messages: tuple[Message, ...]) -> None:
    """A question without one would have no place for it: the page offers to ask again beneath an answer only."""
    answered = {message.parent for message in messages if message.is_answer}
    for number, message in enumerate(messages, 1):
        if not message.is_answer and message.id not in answered:
            raise Unreadable(f"Message {number} in this file is a question without an answer.")
