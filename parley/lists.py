"""Views of many conversations at once: the list of all, and what a search finds."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from parley.conversation import by_day, clean, words_of
from parley.errors import Refusal
from parley.forms import ActionForm
from parley.parts import parts
from parley.visitors import remember, visitor

lists = Blueprint("lists", __name__)


@lists.get("/conversations")
def show() -> ResponseReturnValue:
    """All conversations, or with `?q=` the places where these words are; `?before=` says from where on."""
    parts().removal.begin()
    query = clean(request.args.get("q", "")).strip()
    return search_page(query) if query else list_page()


def list_page(refusal: Refusal | None = None) -> str:
    """A part of the list of all conversations."""
    listed = parts().archive.listing.page(visitor(), request.args.get("before"))
    remember()
    return render_template(
        "conversations.html",
        groups=by_day(listed.headings, datetime.now(UTC).date()),
        next=listed.next,
        action_form=ActionForm(formdata=None),
        refusal=refusal,
        is_sharing=parts().config.sharing,
    )


def search_page(query: str) -> str:
    """A part of what a search finds. What is no word is not looked for."""
    words = words_of(query)
    before = request.args.get("before")
    results = parts().archive.search.find(visitor(), words, before) if words else None
    remember()
    return render_template("search.html", query=query, results=results)
