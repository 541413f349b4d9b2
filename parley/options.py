"""Views of what one can do with a conversation as a whole: call it something, take it away, show it to others."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from parley.forms import ActionForm
from parley.parts import parts
from parley.visitors import remember, visitor

options = Blueprint("options", __name__)


@options.get("/conversations/<uuid:conversation>/options")
def show(conversation: UUID) -> ResponseReturnValue:
    """All that can be done with a conversation, each as a form or a link."""
    found = parts().archive.find(str(conversation), visitor())
    remember()
    links = parts().archive.shares.of_conversation(found.id, visitor())
    return render_template(
        "options.html",
        conversation=found,
        action_form=ActionForm(formdata=None),
        links=links,
        is_sharing=parts().config.sharing,
    )
