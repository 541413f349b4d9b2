"""What was said, by whom, in answer to what. A conversation is a tree of messages; one reads a branch of it."""

from parley.conversation.message import LONGEST_ANSWER, Image, Message, State, Usage
from parley.conversation.settings import Settings
from parley.conversation.tree import Conversation, Heading
from parley.conversation.words import clean, thought_for, title_of

__all__ = [
    "LONGEST_ANSWER",
    "Conversation",
    "Heading",
    "Image",
    "Message",
    "Settings",
    "State",
    "Usage",
    "clean",
    "thought_for",
    "title_of",
]
