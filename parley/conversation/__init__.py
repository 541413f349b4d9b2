"""What was said, by whom, in answer to what. A conversation is a tree of messages; one reads a branch of it."""

from parley.conversation.days import Group, by_day
from parley.conversation.finding import Piece, excerpt, has_all, marked, words_of
from parley.conversation.message import LONGEST_ANSWER, Image, Message, State, Usage
from parley.conversation.settings import Settings
from parley.conversation.tree import Conversation, Heading
from parley.conversation.words import clean, title_of

__all__ = [
    "LONGEST_ANSWER",
    "Conversation",
    "Group",
    "Heading",
    "Image",
    "Message",
    "Piece",
    "Settings",
    "State",
    "Usage",
    "by_day",
    "clean",
    "excerpt",
    "has_all",
    "marked",
    "title_of",
    "words_of",
]
