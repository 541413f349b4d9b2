"""Views for reading: a new conversation, one that is there, and whether the app is up."""

import logging
from datetime import UTC, datetime
from uuid import UUID, uuid4

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from parley import branches
from parley.admission import what_is_left
from parley.archive import Deleted, NotFound
from parley.branches import Branch
from parley.conversation import Conversation, Group, Message, by_day, clean, first_still_read
from parley.database import DatabaseUnavailable
from parley.errors import Refusal, as_json, asked_by_script, headers_of
from parley.forms import ActionForm, TurnForm, is_uuid
from parley.inference.attachments import how_to_set
from parley.logfmt import Line
from parley.parts import parts
from parley.picking import picker
from parley.rendered import blocks_of
from parley.showing import seeing_models
from parley.spending import Allowance
from parley.starters import MOST_SHOWN
from parley.visitors import remember, visitor

NO_BRANCH = Branch()
IN_SIDEBAR = 50  # conversations, besides those that are pinned

pages = Blueprint("pages", __name__)
log = logging.getLogger(__name__)


@pages.get("/")
def new() -> ResponseReturnValue:
    """The page of a conversation that has not begun. Its id is made here, the conversation with its first message.

    `?q=` is written into the composer. It is for the visitor to send: a link must not speak for them.
    `?deleted=` names one that was deleted just now: the page says so, and offers to undo it.
    """
    prompt = clean(request.args.get("q", ""))[: parts().config.message_limit]
    deleted = _deleted(request.args.get("deleted", ""))
    return _page(str(uuid4()), TurnForm.blank(message=prompt), deleted=deleted)


@pages.get("/conversations/<uuid:conversation>")
def conversation(conversation: UUID) -> ResponseReturnValue:
    """A conversation as it stands; the address may ask for another branch, and for a form on it."""
    found = parts().archive.find(str(conversation), visitor())
    branch = branches.as_asked(found)
    edit_form = TurnForm.of(branch.edit) if branch.edit else None
    return _page(found.id, TurnForm.blank(branch.at, found.settings), found, branch, edit_form)


@pages.get("/up")
def up() -> ResponseReturnValue:
    """Whether the app can do its work. The model isn't asked."""
    try:
        parts().archive.check()
    except DatabaseUnavailable as failure:
        log.error(Line(up="no", cause=failure))
        return {"status": "database unavailable"}, 503
    return {"status": "ok"}


def refused(conversation: UUID, refusal: Refusal) -> ResponseReturnValue:
    """What was not said: the page it came from, with its text still in the form, or JSON for a script.

    Where there is no such conversation, or none of this visitor's any more, the text can begin another.
    """
    if asked_by_script():
        return as_json(refusal)
    return with_form(conversation, refusal), refusal.status, headers_of(refusal)


def with_form(conversation: UUID, refusal: Refusal | None = None) -> str:
    """The page that a form came from, with all that it held still in it."""
    try:
        return _with_form_in_place(parts().archive.find(str(conversation), visitor()), refusal)
    except NotFound:
        return _page(str(uuid4() if refusal else conversation), TurnForm.kept(parent=None), refusal=refusal)
    except DatabaseUnavailable:
        return _page(str(conversation), TurnForm.kept(), refusal=refusal)


def not_done(answer: UUID, refusal: Refusal) -> ResponseReturnValue:
    """A button beneath an answer had no effect: the page that it is on, or JSON for a script."""
    if asked_by_script():
        return as_json(refusal)
    try:
        found, message = parts().archive.find_answer(str(answer), visitor())
        branch = branches.through(message, found)
        page = _page(found.id, TurnForm.blank(branch.at, found.settings), found, branch, refusal=refusal)
    except (NotFound, DatabaseUnavailable):
        page = render_template("error.html", refusal=refusal)
    return page, refusal.status, headers_of(refusal)


def messages_html(conversation: Conversation, *messages: Message) -> str:
    """Messages as the page shows them, for the first event of a stream."""
    shown = {"conversation": conversation, **_shown(conversation)}
    return "".join(render_template("_message.html", message=message, **shown) for message in messages)


def foot_html(conversation: Conversation, message: Message) -> str:
    """What stands beneath an answer once it has ended, for the last event of a stream."""
    return render_template("_foot.html", conversation=conversation, message=message, **_shown(conversation))


def _with_form_in_place(conversation: Conversation, refusal: Refusal | None) -> str:
    """The page with the text in the form that it was sent with: the composer, or that of a message."""
    branch = branches.as_asked(conversation)
    if branch.edit:
        composer = TurnForm.blank(branch.at, conversation.settings)
        edit_form = TurnForm.kept(parent=branch.edit.parent or "")
        return _page(conversation.id, composer, conversation, branch, edit_form, refusal)
    form = TurnForm.kept()
    branch = branches.down_to(conversation.message(form.parent.data or ""), conversation)
    return _page(conversation.id, form, conversation, branch, refusal=refusal)


def _page(
    conversation_id: str,
    form: TurnForm,
    conversation: Conversation | None = None,
    branch: Branch = NO_BRANCH,
    edit_form: TurnForm | None = None,
    refusal: Refusal | None = None,
    deleted: Deleted | None = None,
) -> str:
    """The page of a conversation. Where a message is edited on it, a refusal is one of the edit."""
    remember()
    return render_template(
        "conversation.html",
        conversation=conversation,
        branch=branch.messages,
        first_read=first_still_read(branch.messages),
        form=form,
        action=url_for("turns.say", conversation=conversation_id),
        edit_form=edit_form,
        refusal=None if edit_form else refusal,
        edit_refusal=refusal if edit_form else None,
        groups=_groups(),
        deleted=deleted,
        picker=picker(form.model.data, conversation),
        starters=() if conversation else parts().config.starters[:MOST_SHOWN],
        seeing=seeing_models(),
        upload=url_for("uploads.keep", conversation=conversation_id),
        limit=parts().config.message_limit,
        allowance=_allowance(),
        deploy=parts().config.deploy_address,
        invitation=what_is_left(),
        missing=[how_to_set(name) for name in parts().config.missing],
        **_shown(conversation, branch),
    )


def _shown(conversation: Conversation | None, branch: Branch = NO_BRANCH) -> dict[str, object]:
    """What the templates of a message ask for."""
    return {
        "here": url_for("pages.conversation", conversation=conversation.id) if conversation else None,
        "blocks": blocks_of(branch.messages, conversation.id if conversation else "", parts().archive),
        "action_form": ActionForm(formdata=None),
        "new_turn": uuid4,
        "models": parts().catalogue.chat_models(),
        "shown": branch,
    }


def _groups() -> tuple[Group, ...]:
    """The visitor's latest conversations; a page without them is better than none."""
    try:
        listed = parts().archive.listing.page(visitor(), limit=IN_SIDEBAR)
    except DatabaseUnavailable as failure:
        log.error(Line(headings="none", cause=failure))
        return ()
    return by_day(listed.headings, datetime.now(UTC).date())


def _allowance() -> Allowance | None:
    """What is left of today's, where there is such a thing and it can be asked for."""
    try:
        return parts().budget.allowance()
    except DatabaseUnavailable as failure:
        log.error(Line(allowance="unknown", cause=failure))
        return None


def _deleted(conversation: str) -> Deleted | None:
    """What was deleted with this conversation, where that can still be undone."""
    try:
        return parts().archive.deletions.find(conversation, visitor()) if is_uuid(conversation) else None
    except (NotFound, DatabaseUnavailable):
        return None
