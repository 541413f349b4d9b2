"""Views for images: taken in for a message that is still being written, and shown to whom they belong."""

from uuid import UUID

from flask import Blueprint, Response, render_template, session
from flask.typing import ResponseReturnValue

from parley.archive import Unpaid
from parley.attaching import attached
from parley.bodies import allow_images
from parley.database import DatabaseUnavailable
from parley.errors import asked_by_script, refusal_of
from parley.forms import ImagesForm
from parley.pages import refused, with_form
from parley.parts import parts
from parley.visitors import visitor

uploads = Blueprint("uploads", __name__)

IMMUTABLE = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@uploads.post("/conversations/<uuid:conversation>/images")
def keep(conversation: UUID) -> ResponseReturnValue:
    """Keep the images that were picked for the next message. Its form comes back with them, and with all it held."""
    allow_images()
    form = ImagesForm()
    try:
        if not form.validate_on_submit():
            return refused(conversation, form.refusal)
    except (Unpaid, DatabaseUnavailable) as failure:
        return refused(conversation, refusal_of(failure))
    return _html_of_the_kept() if asked_by_script() else with_form(conversation)


@uploads.get("/images/<uuid:image>")
def show(image: UUID) -> ResponseReturnValue:
    """An image, for the visitor who sent it. It never changes."""
    media_type, content = parts().archive.images.find(str(image), visitor())
    session.accessed = False  # else the browser would ask for it anew with each new cookie, thus with each page
    return Response(content, mimetype=media_type, headers=IMMUTABLE)


def _html_of_the_kept() -> ResponseReturnValue:
    """Each image as the form shows it, for a script to put there."""
    return {"html": "".join(render_template("_image.html", image=image) for image in attached().images)}
