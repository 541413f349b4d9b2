"""How a model was asked for an answer: kept without the words, and put together again with them.

What is put together goes the way that the request went: the branch, the prompt, what of it can be sent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from parley.conversation import Asked, Conversation, Message, State
from parley.inference.attachments import USUAL_NAME
from parley.inference.request import ASKING_TO_GO_ON, sendable, without_thoughts
from parley.inference.sent import Sent
from parley.pictures import illustrated

HIDDEN = "•••"  # in the place of the operator's prompt, however long that is
NAME_OF_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def described(
    conversation: Conversation, answer: str, operators_prompt: str, images: Mapping[str, int], sent: Sent
) -> Asked:
    """What is kept of a request for an answer: nothing of the operator's prompt, and no words of the conversation."""
    before, said = _parted(sent.payload["messages"])
    branch = conversation.branch(answer)
    speaking = [message.id for message in branch if _says_something(message)]
    was_told_to_go_on = said[-1] is ASKING_TO_GO_ON
    count = len(said) - was_told_to_go_on
    first = speaking[-count] if 0 < count <= len(speaking) else None
    return Asked(
        attachment=sent.attachment,
        path=sent.path,
        fields={name: value for name, value in sent.payload.items() if name != "messages"},
        before=_without_prompt(before, operators_prompt),
        first=first,
        left_out=len(speaking) - count,
        images=images,
        lengths={message.id: len(message.text) for message in _from(branch, first) if _may_grow(message)},
        was_told_to_go_on=was_told_to_go_on,
        was_too_long=sent.was_too_long,
        refused=sent.refused,
    )


def recalled(conversation: Conversation, answer: str, asked: Asked) -> dict[str, Any]:
    """The request for an answer as it was, but for the operator's prompt and the bytes of pictures."""
    past = replace(conversation, messages=tuple(_as_it_was(message, asked) for message in conversation.messages))
    if asked.first:
        past = past.beginning_with(asked.first)
    before = [{"role": "system", "content": words} for words in asked.before]
    prompt = illustrated(past.prompt(answer), _shortened(conversation, asked.images))
    messages = [*before, *sendable(prompt), *[ASKING_TO_GO_ON] * asked.was_told_to_go_on]
    return {"model": asked.fields["model"], "messages": messages, **asked.fields}


def as_json(request: Mapping[str, Any]) -> str:
    """A request as one can read it."""
    return orjson.dumps(request, option=orjson.OPT_INDENT_2).decode()


def as_command(request: Mapping[str, Any], asked: Asked) -> str:
    """A command that asks the same once more, with the address and the key left to the shell.

    The request goes through the standard input, where it may be of any length and nothing in it means anything to the
    shell: no line of it is the word that ends it, since each begins with a bracket, a brace or a blank.
    """
    name = asked.attachment if NAME_OF_VARIABLE.fullmatch(asked.attachment) else USUAL_NAME
    return (
        f'curl -N "${name}_URL{asked.path}" \\\n'
        f'  -H "Authorization: Bearer ${name}_KEY" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  --data-binary @- <<'REQUEST'\n{as_json(request)}\nREQUEST"
    )


def _parted(messages: Sequence[Mapping[str, object]]) -> tuple[list[Mapping[str, object]], list[Mapping[str, object]]]:
    """What goes before a conversation, and the conversation."""
    before = [message for message in messages if message["role"] == "system"]
    return before, [message for message in messages if message["role"] != "system"]


def _without_prompt(before: Sequence[Mapping[str, object]], operators_prompt: str) -> list[str]:
    """What goes before the conversation. The operator's prompt is the first of it; the visitor's wishes may follow."""
    words = [str(message["content"]) for message in before]
    if operators_prompt and words:
        wishes = words[0].removeprefix(operators_prompt) if words[0].startswith(operators_prompt) else ""
        words[0] = HIDDEN + wishes
    return words


def _says_something(message: Message) -> bool:
    """Whether there is anything of a message to be sent."""
    words = without_thoughts(message.text) if message.is_answer else message.text
    return bool(words.strip() or message.images)


def _from(branch: Sequence[Message], first: str | None) -> Sequence[Message]:
    place = next((place for place, message in enumerate(branch) if message.id == first), 0)
    return branch[place:]


def _may_grow(message: Message) -> bool:
    """Whether an answer may have more words one day: it runs, it can go on, or it can be asked for in its place."""
    return message.is_answer and message.state is not State.COMPLETE


def _as_it_was(message: Message, asked: Asked) -> Message:
    return replace(message, text=message.text[: asked.lengths.get(message.id)])


def _shortened(conversation: Conversation, lengths: Mapping[str, int]) -> dict[str, str]:
    """The addresses of the images that were shown, without what these hold."""
    return {
        image.id: f"data:{image.media_type};base64,… ({lengths[image.id]:,} characters)"
        for message in conversation.messages
        for image in message.images
        if image.id in lengths
    }
