"""How a model is shown the images that go with a question: as they are, or in words."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parley.conversation import Conversation, Image, Prompt
from parley.errors import Refusal
from parley.inference.catalogue import Choice
from parley.inference.errors import InferenceError, NoImages
from parley.inference.models import Model
from parley.inference.sight import takes_images
from parley.parts import parts
from parley.pictures import illustrated

MOST_AT_ONCE = 4  # the latest of a conversation: no limit is published, and each may be of three megabytes
MOST_NAMED = 3  # models, in a sentence

NOT_SHOWN = "Images that were sent before are not shown to {model}, which takes none."
LATEST_SHOWN = f"Only the latest {MOST_AT_ONCE} images of this conversation are shown to the model."


@dataclass(frozen=True)
class Shown:
    """What a model reads and sees, with the length of each image's address, and what the visitor has to know of it."""

    messages: Prompt
    lengths: Mapping[str, int]
    notice: str | None


def seeing_models() -> list[Model]:
    """The models on offer that take images."""
    told = parts().config.image_models
    return [model for model in parts().catalogue.chat_models() if takes_images(model, told)]


def blindness(choice: Choice | InferenceError) -> Refusal | None:
    """Why images can't be sent to a model, in words that say which ones would take them."""
    if isinstance(choice, InferenceError) or _can_see(choice.model):
        return None
    others = [model.id for model in seeing_models()]
    way_out = f"Pick {' or '.join(others[:MOST_NAMED])}, or take the images out." if others else "Take the images out."
    return Refusal(422, NoImages.kind, f"{choice.model} takes no images. {way_out}")


def shown(prompt: Prompt, conversation: Conversation, model: str) -> Shown:
    """A prompt with the images that a model takes. The others stand in it in words."""
    sent: list[Image] = [image for message in prompt for image in message.get("images", ())]
    visible = sent[-MOST_AT_ONCE:] if sent and _can_see(model) else []
    addresses = _addresses(visible, conversation) if visible else {}
    lengths = {image: len(address) for image, address in addresses.items()}
    return Shown(illustrated(prompt, addresses), lengths, _notice(len(sent), len(addresses), model))


def _can_see(name: str) -> bool:
    """Whether a model takes images, as far as is known."""
    listed = [model for model in parts().catalogue.models() if model.id == name]
    return any(takes_images(model, parts().config.image_models) for model in listed or [Model(name, attachment="")])


def _addresses(visible: Sequence[Image], conversation: Conversation) -> dict[str, str]:
    """For each image an address that holds all of it."""
    wanted = {image.id: image for image in visible}
    contents = parts().archive.images.bytes_of(conversation.id, conversation.visitor, wanted)
    return {
        image: f"data:{wanted[image].media_type};base64,{b64encode(content).decode()}"
        for image, content in contents.items()
    }


def _notice(sent: int, seen: int, model: str) -> str | None:
    if sent == seen:
        return None
    return LATEST_SHOWN if seen else NOT_SHOWN.format(model=model)
