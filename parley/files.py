"""Views for taking a conversation or an answer away as a file, and for bringing a conversation back."""

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from parley import admission, branches, exports
from parley.archive import Unpaid
from parley.bodies import FILE_LIMIT, allow_a_conversation
from parley.conversation import Conversation, Image, Message
from parley.dues import IMPORT
from parley.errors import Refusal, Refused, as_json, asked_by_script, headers_of, refusal_of
from parley.forms import ImportForm
from parley.imports import MOST_IN_A_FILE, Unreadable, read
from parley.parts import parts
from parley.visitors import remember, visitor

MOST = f"{FILE_LIMIT // 2**20} MB"
TOO_LARGE = f"This file is larger than {MOST}, and that is the most that can be imported."
BUSY = "Other files are being imported at the moment. Nothing of this one was kept: try again in a minute."
PATIENCE = 3  # seconds to wait for them
RETRY_SECONDS = 60

files = Blueprint("files", __name__)
one_at_a_time = threading.Lock()  # in each worker, so that the memory for a file is needed only once


@files.get("/conversations/<uuid:conversation>.md")
def as_markdown(conversation: UUID) -> ResponseReturnValue:
    """A branch of a conversation as Markdown."""
    found, branch = _asked_for(conversation)
    return _file(exports.as_markdown(found, branch), found, "text/markdown", "md")


@files.get("/conversations/<uuid:conversation>.txt")
def as_text(conversation: UUID) -> ResponseReturnValue:
    """A branch of a conversation as nothing but words."""
    found, branch = _asked_for(conversation)
    return _file(exports.as_text(found, branch), found, "text/plain", "txt")


@files.get("/conversations/<uuid:conversation>.html")
def as_html(conversation: UUID) -> ResponseReturnValue:
    """A branch of a conversation as a document of its own."""
    found, branch = _asked_for(conversation)
    document, policy = exports.as_html(found, branch, _content_of(visitor()))
    response = _file(document, found, "text/html", "html")
    response.headers["Content-Security-Policy"] = policy
    return response


@files.get("/conversations/<uuid:conversation>.json")
def as_json_file(conversation: UUID) -> ResponseReturnValue:
    """Everything that was said in a conversation, all branches of it."""
    found = parts().archive.find(str(conversation), visitor())
    return _file(exports.as_json(found, _content_of(visitor())), found, "application/json", "json")


@files.get("/answers/<uuid:answer>.md")
def answer_as_markdown(answer: UUID) -> ResponseReturnValue:
    """The words of an answer exactly as the model wrote them, as far as they have come: to look at, and to copy."""
    _conversation, message = parts().archive.find_answer(str(answer), visitor())
    return Response(message.text, mimetype="text/markdown")


@files.get("/conversations/import")
def choose() -> ResponseReturnValue:
    """The page on which a file is picked."""
    return _import_page()


@files.post("/conversations/import")
def bring_back() -> ResponseReturnValue:
    """Keep the conversation that a file holds as a new one of the visitor's. What is wrong with it is said in words."""
    allow_a_conversation()
    try:
        form = ImportForm()
    except RequestEntityTooLarge:
        return _not_imported(Refusal(413, "request_entity_too_large", TOO_LARGE))
    if not form.validate_on_submit():
        return _not_imported(form.refusal)
    try:
        conversation = _kept(form)
    except (Refused, Unpaid) as failure:
        return _not_imported(refusal_of(failure))
    return redirect(url_for("pages.conversation", conversation=conversation), 303)


def _kept(form: ImportForm) -> str:
    """The id of the conversation that was in a file. It is paid for before it is read: what costs is the reading."""
    if not one_at_a_time.acquire(timeout=PATIENCE):
        raise Refused(Refusal(503, "busy", BUSY, RETRY_SECONDS))
    try:
        admission.pay(IMPORT)
        conversation, contents = read(form.content, visitor(), parts().config.message_limit)
        parts().archive.imports.keep(conversation, contents)
    except Unreadable as reason:
        raise Refused(Refusal(422, "file_refused", str(reason))) from reason
    finally:
        one_at_a_time.release()
    return conversation.id


def _asked_for(conversation: UUID) -> tuple[Conversation, list[Message]]:
    """A conversation, and the branch of it that `?at=` names; without that, the newest."""
    found = parts().archive.find(str(conversation), visitor())
    return found, found.branch(branches.leaf(found))


def _content_of(visitor: str) -> Callable[[Image], bytes]:
    """How to get at the bytes of an image, also while a file is being sent, when there is no request any more."""
    images = parts().archive.images
    return lambda image: images.find(image.id, visitor)[1]


def _file(
    content: str | bytes | Iterator[str] | Iterator[bytes], conversation: Conversation, mimetype: str, ending: str
) -> Response:
    """A file to look at, or with `?download` one to keep, under the name of the conversation."""
    response = Response(content, mimetype=mimetype)
    if "download" in request.args:
        names = exports.file_names(conversation.title, ending)
        response.headers.set("Content-Disposition", "attachment", **names)
    return response


def _import_page(refusal: Refusal | None = None) -> str:
    remember()
    return render_template(
        "import.html", form=ImportForm(formdata=None), most=MOST, most_images=MOST_IN_A_FILE, refusal=refusal
    )


def _not_imported(refusal: Refusal) -> ResponseReturnValue:
    if asked_by_script():
        return as_json(refusal)
    return _import_page(refusal), refusal.status, headers_of(refusal)
