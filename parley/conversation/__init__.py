"""What was said, by whom, in answer to what. A conversation is a tree of messages; one reads a branch of it."""

from parley.conversation.asked import Asked
from parley.conversation.days import Group, by_day
from parley.conversation.finding import Piece, excerpt, has_all, marked, words_of
from parley.conversation.horizon import first_still_read
from parley.conversation.image import ALT_LIMIT, MOST_IMAGES, Image
from parley.conversation.message import LONGEST_ANSWER, Message, State, Usage
from parley.conversation.settings import (
    GREATEST_LENGTH,
    INSTRUCTIONS_LIMIT,
    REASONING,
    Settings,
    system_message,
)
from parley.conversation.sharing import SharedMessage, Snapshot, snapshot_of
from parley.conversation.timings import Timings
from parley.conversation.tree import Conversation, Heading, Prompt, ends_of
from parley.conversation.words import clean, span, thought_for, title_of

__all__ = [
    "ALT_LIMIT",
    "GREATEST_LENGTH",
    "INSTRUCTIONS_LIMIT",
    "LONGEST_ANSWER",
    "MOST_IMAGES",
    "REASONING",
    "Asked",
    "Conversation",
    "Group",
    "Heading",
    "Image",
    "Message",
    "Piece",
    "Prompt",
    "Settings",
    "SharedMessage",
    "Snapshot",
    "State",
    "Timings",
    "Usage",
    "by_day",
    "clean",
    "ends_of",
    "excerpt",
    "first_still_read",
    "has_all",
    "marked",
    "snapshot_of",
    "span",
    "system_message",
    "thought_for",
    "title_of",
    "words_of",
]
