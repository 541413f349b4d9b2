"""Views for putting one's conversations in order: other titles, pins, and what is to go."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from parley.archive import MOST_PINS, NotFound, TooManyPins
from parley.database import DatabaseUnavailable
from parley.errors import Refusal, as_json, asked_by_script, headers_of
from parley.forms import ActionForm, EverythingForm, TitleForm
from parley.lists import list_page
from parley.options import options_page
from parley.parts import parts
from parley.visitors import visitor

TOO_MANY_PINS = Refusal(
    422, "too_many_pins", f"{MOST_PINS} conversations are pinned, and more can't be. Unpin another one first."
)

organising = Blueprint("organising", __name__)


@organising.post("/conversations/<uuid:conversation>/title")
def rename(conversation: UUID) -> ResponseReturnValue:
    """Call a conversation something else. Its later messages leave that as it is."""
    form = TitleForm()
    if not form.validate_on_submit():
        return _refused(conversation, form.refusal)
    parts().archive.organising.rename(str(conversation), visitor(), form.text)
    return _done(_page_of(conversation))


@organising.post("/conversations/<uuid:conversation>/pin")
def pin(conversation: UUID) -> ResponseReturnValue:
    """Keep a conversation at the top of the list."""
    try:
        return _act(conversation, parts().archive.organising.pin, _page_of(conversation))
    except TooManyPins:
        return _refused(conversation, TOO_MANY_PINS)


@organising.post("/conversations/<uuid:conversation>/unpin")
def unpin(conversation: UUID) -> ResponseReturnValue:
    """Let a conversation sink down the list again."""
    return _act(conversation, parts().archive.organising.unpin, _page_of(conversation))


@organising.post("/conversations/<uuid:conversation>/delete")
def delete(conversation: UUID) -> ResponseReturnValue:
    """Delete a conversation, which can be undone for a minute: the page that follows says so."""
    return _act(conversation, _delete, url_for("pages.new", deleted=conversation))


@organising.post("/conversations/<uuid:conversation>/restore")
def restore(conversation: UUID) -> ResponseReturnValue:
    """Undo a deletion: this conversation comes back, and all that went with it."""
    form = ActionForm()
    if not form.validate_on_submit():
        return _refused(conversation, form.refusal)
    restored = parts().archive.deletions.restore(str(conversation), visitor())
    return _done(_page_of(conversation) if restored.count == 1 else url_for("lists.show"))


@organising.post("/conversations/delete")
def delete_everything() -> ResponseReturnValue:
    """Delete all conversations of a visitor, who has to say twice that this is meant."""
    form = EverythingForm()
    if not form.validate_on_submit():
        return as_json(form.refusal) if asked_by_script() else (list_page(form.refusal), form.refusal.status)
    one_of_them = parts().archive.deletions.delete_all(visitor())
    parts().removal.begin()
    return _done(url_for("pages.new", deleted=one_of_them))


def _act(conversation: UUID, act: Callable[[str, str], None], then: str) -> ResponseReturnValue:
    form = ActionForm()
    if not form.validate_on_submit():
        return _refused(conversation, form.refusal)
    act(str(conversation), visitor())
    return _done(then)


def _delete(conversation: str, owner: str) -> None:
    parts().archive.deletions.delete(conversation, owner)
    parts().removal.begin()


def _page_of(conversation: UUID) -> str:
    return url_for("pages.conversation", conversation=conversation)


def _done(then: str) -> ResponseReturnValue:
    return ("", 204) if asked_by_script() else redirect(then, 303)


def _refused(conversation: UUID, refusal: Refusal) -> ResponseReturnValue:
    """Nothing was changed: the page of options with what was typed, or JSON for a script."""
    if asked_by_script():
        return as_json(refusal)
    try:
        page = options_page(parts().archive.find(str(conversation), visitor()), refusal)
    except (NotFound, DatabaseUnavailable):
        page = render_template("error.html", refusal=refusal)
    return page, refusal.status, headers_of(refusal)
