"""A conversation as a file that its visitor can take away."""

from dataclasses import asdict

import orjson

from parley.conversation import Conversation, Message

_names = {"user": "You", "assistant": "Answer"}


def as_markdown(conversation: Conversation) -> str:
    """The newest branch, each message under a heading."""
    return "\n\n".join([f"# {conversation.title}", *map(_section, conversation.branch())]) + "\n"


def as_json(conversation: Conversation) -> bytes:
    """Every message of every branch; `parent` says what each one followed."""
    fields = asdict(conversation)
    del fields["visitor"]
    for message in fields["messages"]:
        for name in ("attempt", "asked", "timings"):
            del message[name]
    return orjson.dumps(fields, option=orjson.OPT_INDENT_2)


def _section(message: Message) -> str:
    model = f" ({message.model})" if message.model else ""
    return f"## {_names[message.role]}{model}\n\n{message.text}"
