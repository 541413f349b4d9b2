"""Which model a visitor talks to: those to pick from, the one that is picked to begin with, and what is remembered."""

from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

from parley.conversation import Conversation
from parley.inference.catalogue import Choice, Model
from parley.inference.errors import InferenceError
from parley.parts import parts
from parley.visitors import forget_model, remember_model, remembered_model


@dataclass(frozen=True)
class Picker:
    """The models on offer, in groups by the attachment that offers them, and the one that is picked."""

    groups: tuple[tuple[str, tuple[Model, ...]], ...]
    picked: str | None
    notice: str | None = None

    @property
    def models(self) -> tuple[Model, ...]:
        return tuple(model for _name, models in self.groups for model in models)


def picker(picked: str | None, conversation: Conversation | None) -> Picker:
    """What there is to pick from. `picked` is what a form says that comes back."""
    groups = groupby(parts().catalogue.chat_models(), lambda model: model.attachment)
    offered = tuple((_readable(attachment), tuple(models)) for attachment, models in groups)
    wished = picked or usual_model(conversation.settings.model if conversation else None)
    try:
        choice = parts().catalogue.choose_again(wished)
    except InferenceError:
        return Picker(offered, None)
    return Picker(offered, choice.model, choice.notice if wished else None)


def usual_model(of_conversation: str | None) -> str | None:
    """The model of a conversation, else the visitor's last pick. None leaves it to the catalogue."""
    return of_conversation or remembered_model()


def remember_pick(choice: Choice) -> None:
    """Begin the next conversation with this model. The usual one is no pick: tomorrow another may be usual."""
    remember_model(choice.model)
    with suppress(InferenceError):
        if choice.model == parts().catalogue.choose().model:
            forget_model()


def _readable(attachment: str) -> str:
    return attachment.replace("_", " ").capitalize()
