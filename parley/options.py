"""Views of what one can do with a conversation as a whole: call it something, take it away, show it to others."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from parley import branches
from parley.conversation import Conversation
from parley.errors import Refusal
from parley.forms import ActionForm
from parley.parts import parts
from parley.visitors import remember, visitor

options = Blueprint("options", __name__)


@options.get("/conversations/<uuid:conversation>/options")
def show(conversation: UUID) -> ResponseReturnValue:
    """All that can be done with a conversation, or with the branch of it that `?at=` names."""
    found = parts().archive.find(str(conversation), visitor())
    branches.leaf(found)  # one that is not there has no options
    return options_page(found)


def options_page(conversation: Conversation, refusal: Refusal | None = None) -> str:
    """The page of options, with the words of what was refused on it."""
    remember()
    links = parts().archive.shares.of_conversation(conversation.id, visitor())
    return render_template(
        "options.html",
        conversation=conversation,
        action_form=ActionForm(formdata=None),
        refusal=refusal,
        links=links,
        is_sharing=parts().config.sharing,
    )
