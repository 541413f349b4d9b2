"""Views for saying: a turn, and the answer to it, which may be watched, stopped and asked for again."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid4

from flask import (
    Blueprint,
    Response,
    copy_current_request_context,
    redirect,
    request,
    stream_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from parley import plain
from parley.admission import toll, what_is_left
from parley.archive import NotFound, Said, Toll, Unpaid
from parley.asking import ask, choose, choose_again, choose_if_possible
from parley.attaching import attached
from parley.bodies import allow_images
from parley.budget import Unaffordable
from parley.conversation import Conversation, Message
from parley.database import DatabaseUnavailable
from parley.document import pieces
from parley.errors import Refusal, ShuttingDown, asked_by_script, asked_for_bare_text, refusal_of
from parley.event_stream import MIMETYPE, NEVER_BUFFERED, End, Event, Heartbeat, Start, encode
from parley.forms import ActionForm, TurnForm
from parley.inference.catalogue import Choice
from parley.inference.errors import InferenceError, Unconfigured, UnknownModel
from parley.logs import milliseconds
from parley.pages import foot_html, messages_html, not_done, refused
from parley.parts import parts
from parley.picking import remember_pick, usual_model
from parley.seen import server_timing
from parley.showing import blindness
from parley.visitors import visitor

CONVERSATION_GONE = Refusal(
    404,
    "not_found",
    "This conversation is gone, or belongs to somebody else. Your text is still here: send it again to begin another.",
)

turns = Blueprint("turns", __name__)


@turns.post("/")
def begin() -> ResponseReturnValue:
    """Say something in a conversation for which nobody made an id, most often from a shell."""
    return say(uuid4())


@turns.post("/conversations/<uuid:conversation>/turns")
def say(conversation: UUID) -> ResponseReturnValue:
    """Keep what was said, ask a model, and let whoever asked watch. What is refused comes back with its text."""
    if asked_for_bare_text():
        return plain.answer()
    allow_images()
    form = TurnForm()
    try:
        if not form.validate_on_submit():
            return refused(conversation, form.refusal)
        choice = _pick(form, str(conversation))
        parts().budget.require_some(form.text)
        if attached().images and (refusal := blindness(choice)):
            return refused(conversation, refusal)
        said = _said(form, str(conversation), choice)
    except (UnknownModel, Unconfigured, Unaffordable, Unpaid, DatabaseUnavailable, ShuttingDown) as failure:
        return refused(conversation, refusal_of(failure))
    except NotFound:
        return refused(conversation, CONVERSATION_GONE)
    return _answered(said, choice)


@turns.post("/answers/<uuid:answer>/retry")
def retry(answer: UUID) -> ResponseReturnValue:
    """Ask the same question again, perhaps of another model. The question is kept once, as is an answer with words."""
    return _once_more(answer, parts().archive.ask_again)


@turns.post("/answers/<uuid:answer>/continue")
def go_on(answer: UUID) -> ResponseReturnValue:
    """Let an answer that ended too soon go on from where it ends, in the same message."""
    return _once_more(answer, parts().archive.go_on)


@turns.post("/answers/<uuid:answer>/stop")
def stop(answer: UUID) -> ResponseReturnValue:
    """End an answer where it is. What has come is kept."""
    form = ActionForm()
    if not form.validate_on_submit():
        return not_done(answer, form.refusal)
    conversation, message = parts().archive.find_answer(str(answer), visitor())
    if message.is_running:
        parts().answers.stop(message.id)
    return ("", 204) if asked_by_script() else _to_page(conversation, message)


@turns.get("/answers/<uuid:answer>/events")
def events(answer: UUID) -> ResponseReturnValue:
    """The events of an answer, for a reader who comes late or comes back."""
    conversation, message = parts().archive.find_answer(str(answer), visitor())
    stream = _event_stream(conversation, message)
    stream.headers.update(server_timing(message))
    return stream


@turns.get("/answers/<uuid:answer>")
def document(answer: UUID) -> ResponseReturnValue:
    """An answer as a page of its own, written as it comes: what a page without script shows in a frame."""
    conversation, message = parts().archive.find_answer(str(answer), visitor())
    back = _page_of(conversation, message)
    watching = parts().answers.watch(message.id)
    written = stream_template("answer.html", pieces=map(Markup, pieces(watching)), back=back)
    response = Response(written, mimetype="text/html", headers=NEVER_BUFFERED)
    response.call_on_close(watching.close)
    return response


def _said(form: TurnForm, conversation: str, choice: Choice | InferenceError) -> Said:
    """What the form says, kept, with the wishes and the images that come with it."""
    wishes = form.wishes | ({"model": choice.model} if isinstance(choice, Choice) else {})
    images, shown = attached().images, request.form.get("after")
    return parts().archive.say(
        conversation, visitor(), form.text, form.turn_id, form.parent_id, wishes, images, shown, toll()
    )


def _pick(form: TurnForm, conversation: str) -> Choice | InferenceError:
    """The model that the form names, and that the next conversation begins with; else the usual one."""
    if not form.model.data:
        return choose_if_possible(None, usual_model(parts().archive.model_in(conversation, visitor())))
    choice = choose_if_possible(form.model.data)
    if isinstance(choice, Choice):
        remember_pick(choice)
    return choice


def _once_more(answer: UUID, begin: Callable[[str, str, str | None, str, Toll], Said]) -> ResponseReturnValue:
    """Ask a model on behalf of an answer that is there. What can't be done now leaves it as it is."""
    form = ActionForm()
    if not form.validate_on_submit():
        return not_done(answer, form.refusal)
    try:
        found, message = parts().archive.find_answer(str(answer), visitor())
        parts().budget.require_some()
        wished = form.model.data
        choice = choose(wished) if wished else choose_again(message.model, found.settings.model)
        said = begin(message.id, visitor(), form.turn_id, choice.model, toll())
    except (InferenceError, Unpaid, DatabaseUnavailable, ShuttingDown) as failure:
        return not_done(answer, refusal_of(failure))
    return _answered(said, choice)


def _answered(said: Said, choice: Choice | InferenceError) -> ResponseReturnValue:
    if said.is_new:
        ask(said, choice)
    if asked_by_script():
        stream = _event_stream(said.conversation, said.answer, _start(said))
        stream.headers["Server-Timing"] = f"accepted;dur={milliseconds():.0f}"
        stream.headers.update(_allowance())
        stream.headers["Invitation"] = what_is_left() or ""
        return stream
    return _to_page(said.conversation, said.answer)


def _allowance() -> dict[str, str]:
    """The header that tells a page what its visitor should know of today's allowance, or that there is nothing."""
    with suppress(DatabaseUnavailable):
        if allowance := parts().budget.allowance():
            return {"Allowance": allowance.words or ""}
    return {}


def _event_stream(conversation: Conversation, answer: Message, start: Start | None = None) -> Response:
    """The events of an answer as they come. A heartbeat goes first, for routers that want a first byte soon."""

    @copy_current_request_context
    def with_foot(end: End) -> End:
        """The conversation is not read again: what was said in it meanwhile, elsewhere, a reload shows."""
        return replace(end, html=foot_html(conversation, end.ended)) if end.ended else end

    watching = parts().answers.watch(answer.id)
    response = Response(_frames(watching, start, with_foot), mimetype=MIMETYPE)
    response.headers.update(NEVER_BUFFERED)
    response.call_on_close(watching.close)
    return response


def _frames(watching: Iterable[Event], start: Start | None, with_foot: Callable[[End], End]) -> Iterator[bytes]:
    """The bytes of a stream. Only its end needs to know of the request, which is long over by then."""
    yield encode(Heartbeat())
    if start:
        yield encode(start)
    for event in watching:
        yield encode(with_foot(event) if isinstance(event, End) else event)


def _start(said: Said) -> Start:
    conversation = said.conversation
    return Start(
        conversation=conversation.id,
        question=said.question.id,
        answer=said.answer.id,
        url=url_for("pages.conversation", conversation=conversation.id),
        title=conversation.title,
        html=messages_html(conversation, said.question, said.answer),
    )


def _to_page(conversation: Conversation, message: Message) -> ResponseReturnValue:
    return redirect(_page_of(conversation, message, f"message-{message.id}"), 303)


def _page_of(conversation: Conversation, message: Message, place: str | None = None) -> str:
    """The address of the newest branch that a message is on, and of a place there."""
    at = conversation.end_through(message)
    return url_for("pages.conversation", conversation=conversation.id, at=at, _anchor=place)
