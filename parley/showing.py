"""How a model is shown the images that go with a question: as they are, or in words."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from parley.conversation import Conversation, Image
from parley.errors import Refusal
from parley.inference.catalogue import Choice
from parley.inference.errors import InferenceError, NoImages
from parley.inference.models import Model
from parley.inference.sight import takes_images
from parley.parts import parts

Message = dict[str, Any]

MOST_AT_ONCE = 4  # the latest of a conversation: no limit is published, and each may be of three megabytes
MOST_NAMED = 3  # models, in a sentence

NOT_SHOWN = "Images that were sent before are not shown to {model}, which takes none."
LATEST_SHOWN = f"Only the latest {MOST_AT_ONCE} images of this conversation are shown to the model."


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


def shown(
    messages: Sequence[Message], conversation: Conversation, model: str
) -> tuple[tuple[Message, ...], str | None]:
    """What a model reads and sees, and what the visitor has to know of the rest."""
    sent: list[Image] = [image for message in messages for image in message.get("images", ())]
    visible = [image.id for image in sent[-MOST_AT_ONCE:]] if sent and _can_see(model) else []
    contents = parts().archive.images.bytes_of(conversation.id, conversation.visitor, visible) if visible else {}
    return tuple(_illustrated(message, contents) for message in messages), _notice(len(sent), len(contents), model)


def _can_see(name: str) -> bool:
    """Whether a model takes images, as far as is known."""
    listed = [model for model in parts().catalogue.models() if model.id == name]
    return any(takes_images(model, parts().config.image_models) for model in listed or [Model(name, attachment="")])


def _illustrated(message: Message, contents: Mapping[str, bytes]) -> Message:
    """A message as the model's service takes it. An image that isn't shown stands there in words."""
    if "images" not in message:
        return message
    text, images = message["content"], message["images"]
    pieces = [{"type": "text", "text": text}] if text.strip() else []
    for image in images:
        pieces += _pieces(image, contents.get(image.id))
    if not any(image.id in contents for image in images):
        return {"role": message["role"], "content": "\n\n".join(piece["text"] for piece in pieces)}
    return {"role": message["role"], "content": pieces}


def _pieces(image: Image, content: bytes | None) -> list[dict[str, Any]]:
    """An image, after what the visitor says it shows."""
    if content is None:
        return [{"type": "text", "text": f"[image: {image.alt}]" if image.alt else "[image]"}]
    url = f"data:{image.media_type};base64,{b64encode(content).decode()}"
    told = [{"type": "text", "text": f"[image: {image.alt}]"}] if image.alt else []
    return [*told, {"type": "image_url", "image_url": {"url": url}}]


def _notice(sent: int, seen: int, model: str) -> str | None:
    if sent == seen:
        return None
    return LATEST_SHOWN if seen else NOT_SHOWN.format(model=model)
