"""A branch of a conversation as text: Markdown, or nothing but words. What a model thought is left out of both.

Images stand there in the words in which a model is told of one that it can't see: a text has no file beside it.
"""

import re
from collections.abc import Sequence

from parley.conversation import Conversation, Message
from parley.exports.endings import how_it_ended

_names = {"user": "You", "assistant": "Answer"}
_opening = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")


def as_markdown(conversation: Conversation, branch: Sequence[Message]) -> str:
    """Each message under a heading, as it was written."""
    return "\n\n".join([f"# {_line(conversation.title)}", *map(_section, branch)]) + "\n"


def as_text(conversation: Conversation, branch: Sequence[Message]) -> str:
    """Each message below a line that says whose it is. No line is broken that wasn't before."""
    return "\n\n\n".join([_line(conversation.title), *map(_paragraph, branch)]) + "\n"


def _section(message: Message) -> str:
    ending = how_it_ended(message.state)
    parts = [
        f"## {_speaker(message)}",
        _with_its_code_closed(message.text),
        *_images(message),
        f"*{ending}*" if ending else "",
    ]
    return "\n\n".join(filter(None, parts))


def _paragraph(message: Message) -> str:
    ending = how_it_ended(message.state)
    parts = [f"{_speaker(message)}:", message.text, *_images(message), f"[{ending}]" if ending else ""]
    return "\n\n".join(filter(None, parts))


def _images(message: Message) -> list[str]:
    return [image.in_words for image in message.images]


def _speaker(message: Message) -> str:
    return _names[message.role] + (f" ({_line(message.model)})" if message.model else "")


def _with_its_code_closed(text: str) -> str:
    """A text that broke off in the midst of code would make code of all that follows it in the file."""
    fence = ""
    for line in text.split("\n"):
        if not fence:
            found = _opening.match(line)
            fence = found[1] if found else ""
        elif re.fullmatch(rf" {{0,3}}{fence}{fence[0]}*[ \t]*", line):
            fence = ""
    return f"{text}\n{fence}" if fence else text


def _line(text: str) -> str:
    return " ".join(text.split())
