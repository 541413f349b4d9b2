"""Conversations that come back from a file."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from parley.archive import images
from parley.archive.rows import columns_of
from parley.conversation import Conversation, Message
from parley.database import Database
from parley.tables import conversations, messages


class Imports:
    """One question of the archive: to keep a whole conversation at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, conversation: Conversation, contents: Mapping[str, bytes]) -> None:
        """Keep a conversation with all that was said in it, in its order, or nothing of it. Its ids have to be new.

        `contents` are the bytes of its images, by their ids.
        """
        rows = list(map(_row, conversation.messages))
        with self._database.writing() as connection:
            connection.execute(insert(conversations).values(_heading(conversation)))
            connection.execute(insert(messages), rows)
            for message in conversation.messages:
                images.add(connection, message, conversation.visitor, contents)


def _heading(conversation: Conversation) -> dict[str, Any]:
    return asdict(conversation.settings) | {
        "id": conversation.id,
        "visitor": conversation.visitor,
        "title": conversation.title,
        "created_at": conversation.messages[0].at,
        "updated_at": datetime.now(UTC),  # so that it stands where its visitor looks for it
    }


def _row(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "conversation_id": message.conversation,
        "parent_id": message.parent,
        "role": message.role,
        "created_at": message.at,
        **columns_of(message),
    }
