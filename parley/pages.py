"""Views for reading: a new conversation, one that is there, its exports, and whether the app is up."""

import logging
from datetime import UTC, datetime
from uuid import UUID, uuid4

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from parley import exports, markdown
from parley.archive import Deleted, NotFound
from parley.conversation import Conversation, Group, Message, by_day
from parley.database import DatabaseUnavailable
from parley.errors import Refusal, as_json, asked_by_script, headers_of
from parley.forms import ActionForm, TurnForm, is_uuid
from parley.inference.attachments import how_to_set
from parley.parts import parts
from parley.visitors import remember, visitor

IN_SIDEBAR = 50  # conversations, besides those that are pinned

pages = Blueprint("pages", __name__)
log = logging.getLogger(__name__)


@pages.get("/")
def new() -> ResponseReturnValue:
    """The page of a conversation that has not begun. Its id is made here, the conversation with its first message.

    `?deleted=` names one that was deleted just now: the page says so, and offers to undo it.
    """
    return _page(str(uuid4()), TurnForm.blank(), deleted=_deleted(request.args.get("deleted", "")))


@pages.get("/conversations/<uuid:conversation>")
def conversation(conversation: UUID) -> ResponseReturnValue:
    """A conversation as it stands; `?at=` shows the branch that ends with that message."""
    found = parts().archive.find(str(conversation), visitor())
    leaf = request.args.get("at") or None
    if leaf and not found.has(leaf):
        raise NotFound(leaf)
    return _page(found.id, TurnForm.blank(parent=leaf), found, found.branch(leaf))


@pages.get("/conversations/<uuid:conversation>.md")
def as_markdown(conversation: UUID) -> ResponseReturnValue:
    """The newest branch of a conversation as Markdown."""
    found = parts().archive.find(str(conversation), visitor())
    return Response(exports.as_markdown(found), mimetype="text/markdown")


@pages.get("/conversations/<uuid:conversation>.json")
def as_json_file(conversation: UUID) -> ResponseReturnValue:
    """Everything that was said in a conversation, all branches of it."""
    found = parts().archive.find(str(conversation), visitor())
    return Response(exports.as_json(found), mimetype="application/json")


@pages.get("/up")
def up() -> ResponseReturnValue:
    """Whether the app can do its work. The model isn't asked."""
    try:
        parts().archive.check()
    except DatabaseUnavailable as failure:
        log.error("up=no cause=%r", str(failure))
        return {"status": "database unavailable"}, 503
    return {"status": "ok"}


def refused(conversation: UUID, refusal: Refusal) -> ResponseReturnValue:
    """What was not said: the page it came from, with its text still in the form, or JSON for a script.

    Where there is no such conversation, or none of this visitor's any more, the text can begin another.
    """
    if asked_by_script():
        return as_json(refusal)
    try:
        found = parts().archive.find(str(conversation), visitor())
        page = _page(found.id, TurnForm.kept(), found, found.branch(), refusal)
    except NotFound:
        page = _page(str(uuid4()), TurnForm.kept(parent=None), refusal=refusal)
    except DatabaseUnavailable:
        page = _page(str(conversation), TurnForm.kept(), refusal=refusal)
    return page, refusal.status, headers_of(refusal)


def not_done(answer: UUID, refusal: Refusal) -> ResponseReturnValue:
    """A button beneath an answer had no effect: the page that it is on, or JSON for a script."""
    if asked_by_script():
        return as_json(refusal)
    try:
        found, message = parts().archive.find_answer(str(answer), visitor())
        branch = found.branch(found.newest_below(message).id)
        page = _page(found.id, TurnForm.blank(), found, branch, refusal)
    except (NotFound, DatabaseUnavailable):
        page = render_template("error.html", refusal=refusal)
    return page, refusal.status, headers_of(refusal)


def message_html(conversation: Conversation, message: Message) -> str:
    """A message as the page shows it, for the first event of a stream."""
    return render_template("_message.html", conversation=conversation, message=message, **_shown())


def foot_html(conversation: Conversation, message: Message) -> str:
    """What stands beneath an answer once it has ended, for the last event of a stream."""
    return render_template("_foot.html", conversation=conversation, message=message, **_shown())


def _page(
    conversation_id: str,
    form: TurnForm,
    conversation: Conversation | None = None,
    branch: list[Message] | None = None,
    refusal: Refusal | None = None,
    deleted: Deleted | None = None,
) -> str:
    remember()
    return render_template(
        "conversation.html",
        conversation=conversation,
        branch=branch or [],
        form=form,
        action=url_for("turns.say", conversation=conversation_id),
        refusal=refusal,
        deleted=deleted,
        groups=_groups(),
        models=parts().catalogue.chat_models(),
        missing=[how_to_set(name) for name in parts().config.missing],
        **_shown(),
    )


def _shown() -> dict[str, object]:
    """What the templates of a message ask for."""
    return {"blocks": markdown.blocks, "action_form": ActionForm(formdata=None), "new_turn": uuid4}


def _groups() -> tuple[Group, ...]:
    """The visitor's latest conversations; a page without them is better than none."""
    try:
        listed = parts().archive.listing.page(visitor(), limit=IN_SIDEBAR)
    except DatabaseUnavailable as failure:
        log.error("headings=none cause=%r", str(failure))
        return ()
    return by_day(listed.headings, datetime.now(UTC).date())


def _deleted(conversation: str) -> Deleted | None:
    """What was deleted with this conversation, where that can still be undone."""
    try:
        return parts().archive.deletions.find(conversation, visitor()) if is_uuid(conversation) else None
    except (NotFound, DatabaseUnavailable):
        return None
