"""Views of what a model saw: the request for an answer, and what happened when."""

from dataclasses import asdict
from uuid import UUID

import orjson
from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from parley.conversation import Conversation, Message
from parley.markdown.highlighting import highlighted
from parley.parts import parts
from parley.recall import HIDDEN, as_command, as_json, recalled
from parley.visitors import remember, visitor

seen = Blueprint("seen", __name__)


@seen.get("/answers/<uuid:answer>/seen")
def show(answer: UUID) -> ResponseReturnValue:
    """What the model was sent for an answer, and what happened when."""
    conversation, message = parts().archive.find_answer(str(answer), visitor())
    remember()
    page = render_template(
        "seen.html", conversation=conversation, message=message, hidden=HIDDEN, **_request(conversation, message)
    )
    return page, server_timing(message)


@seen.get("/answers/<uuid:answer>/seen.json")
def as_json_file(answer: UUID) -> ResponseReturnValue:
    """The same for programs."""
    conversation, message = parts().archive.find_answer(str(answer), visitor())
    document = orjson.dumps(_document(conversation, message), option=orjson.OPT_INDENT_2)
    return Response(document, mimetype="application/json", headers=server_timing(message))


def server_timing(message: Message) -> dict[str, str]:
    """The header that tells a browser's tools what happened when, once that is known."""
    if message.timings is None:
        return {}
    spans = [f"{name};dur={milliseconds}" for name, milliseconds in message.timings.spans.items()]
    return {"Server-Timing": ", ".join([*spans, f'state;desc="{message.state}"'])}


def _request(conversation: Conversation, message: Message) -> dict[str, str]:
    """The request in colour, as JSON and as a command, where it is known."""
    if message.asked is None:
        return {}
    request = recalled(conversation, message.id, message.asked)
    return {
        "request_html": highlighted(as_json(request), "json"),
        "command_html": highlighted(as_command(request, message.asked), "sh"),
    }


def _document(conversation: Conversation, message: Message) -> dict[str, object]:
    asked, timings = message.asked, message.timings
    request = recalled(conversation, message.id, asked) if asked else None
    return {
        "answer": message.id,
        "conversation": conversation.id,
        "model": message.model,
        "state": message.state,
        "request": request,
        "command": as_command(request, asked) if request and asked else None,
        "left_out": {"messages": asked.left_out, "fields": asked.refused} if asked else None,
        "first_sent": asked.first if asked else None,
        "timings": asdict(timings) if timings else None,
    }
