"""The images that go with a question, as a model's service takes them: as addresses that hold them, or in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from parley.conversation import Image, Prompt


def illustrated(prompt: Iterable[Mapping[str, Any]], addresses: Mapping[str, str]) -> Prompt:
    """A prompt with its images: those of which there is an address, by their ids. The others stand there in words."""
    return tuple(_illustrated(message, addresses) for message in prompt)


def _illustrated(message: Mapping[str, Any], addresses: Mapping[str, str]) -> dict[str, Any]:
    if "images" not in message:
        return {**message}
    text, images = message["content"], message["images"]
    pieces = [_words(text)] if text.strip() else []
    for image in images:
        pieces += _pieces(image, addresses.get(image.id))
    if not any(image.id in addresses for image in images):
        return {"role": message["role"], "content": "\n\n".join(piece["text"] for piece in pieces)}
    return {"role": message["role"], "content": pieces}


def _pieces(image: Image, address: str | None) -> list[dict[str, Any]]:
    """An image, after what the visitor says it shows."""
    if address is None:
        return [_words(image.in_words)]
    told = [_words(image.in_words)] if image.alt else []
    return [*told, {"type": "image_url", "image_url": {"url": address}}]


def _words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}
