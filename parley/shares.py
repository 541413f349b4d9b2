"""Views for showing a conversation to others: a snapshot of it, under an address that nobody guesses."""

import re
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from parley import branches
from parley.archive import NotFound
from parley.conversation import snapshot_of
from parley.errors import Refusal, Refused
from parley.exports import how_it_ended
from parley.forms import ActionForm, require_token
from parley.parts import parts
from parley.rendered import blocks_of
from parley.visitors import remember, visitor

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
NOTHING_TO_SHARE = "There is no answer to share yet. Once it has ended, share the conversation again."

# Whoever finds the address, in a list of a search engine or of another site, could read: it goes no further.
KEPT_QUIET = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
FOR_AN_IMAGE = {"Cache-Control": "private, no-cache", "Content-Security-Policy": "default-src 'none'; sandbox"}

shares = Blueprint("shares", __name__)


@shares.before_request
def require_sharing() -> None:
    """With `SHARING=off` there is nothing here."""
    if not parts().config.sharing:
        raise NotFound("sharing is off")


@shares.post("/conversations/<uuid:conversation>/shares")
def share(conversation: UUID) -> ResponseReturnValue:
    """Keep a branch as it is now, for anybody who has the link."""
    require_token()
    found = parts().archive.find(str(conversation), visitor())
    leaf = branches.leaf(found)
    snapshot = snapshot_of(found, leaf)
    if not snapshot.messages:
        raise Refused(Refusal(409, "nothing_to_share", NOTHING_TO_SHARE))
    parts().archive.shares.keep(found.id, visitor(), snapshot)
    return redirect(url_for("options.show", conversation=found.id, at=leaf, _anchor="share"), 303)


@shares.get("/shares")
def mine() -> ResponseReturnValue:
    """All links that the visitor has made."""
    remember()
    links = parts().archive.shares.of_visitor(visitor())
    return render_template("shares.html", links=links, action_form=ActionForm(formdata=None))


@shares.get("/shares/<token>")
def read(token: str) -> ResponseReturnValue:
    """A snapshot, for whoever has the link. A reader stays unknown: no cookie is read, and none is set."""
    link, snapshot = parts().archive.shares.read(_checked(token))
    numbers = {image.id: number for number, image in enumerate(snapshot.images, 1)}
    page = render_template(
        "shared.html",
        link=link,
        snapshot=snapshot,
        blocks=blocks_of(snapshot.messages, link.conversation, parts().archive),
        how_it_ended=how_it_ended,
        address_of=lambda image: url_for("shares.image", token=token, number=numbers[image.id]),
    )
    return Response(page, headers=KEPT_QUIET)


@shares.get("/shares/<token>/images/<int:number>")
def image(token: str, number: int) -> ResponseReturnValue:
    """An image of a snapshot. A browser that has it asks each time whether it may still show it."""
    media_type, content = parts().archive.shares.image(_checked(token), number)
    response = Response(content, mimetype=media_type, headers={**KEPT_QUIET, **FOR_AN_IMAGE})
    response.add_etag()
    response.make_conditional(request)
    return response


@shares.post("/shares/<token>/revoke")
def revoke(token: str) -> ResponseReturnValue:
    """Take a link back, for everybody and at once."""
    require_token()
    parts().archive.shares.revoke(_checked(token), visitor())
    return redirect(url_for("shares.mine"), 303)


def _checked(token: str) -> str:
    """What can't be a token need not be looked for; a database might not even take it."""
    if not TOKEN.fullmatch(token):
        raise NotFound(token)
    return token
