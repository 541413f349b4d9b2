"""A branch of a conversation as one HTML document that needs nothing else: to keep, to print, to send to somebody.

Its style is in a <style> element, since a file has no style sheets beside it. It is also served by us, where no other
page may have one. It's shown there all the same, rather than only saved: its policy, in the header and in the file
itself, allows exactly this one style, by its hash, images that are in the document, and no script, form or address.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from flask import current_app

from parley.conversation import Conversation, Image, Message
from parley.exports.endings import how_it_ended
from parley.parts import parts
from parley.rendered import blocks_of

_sheets = (
    "tokens",
    "base",
    "message",
    "pictures",
    "reasoning",
    "prose",
    "code-block",
    "code",
    "foot",
    "reading",
    "print",
)
_AT_ONCE = 20  # pieces of the page


def as_html(
    conversation: Conversation, branch: Sequence[Message], content_of: Callable[[Image], bytes]
) -> tuple[Iterator[str], str]:
    """The document, piece by piece as its images might fill the memory, and the policy to send it with."""
    style = "".join(map(_sheet, _sheets))
    policy = _policy_for(style)
    document = current_app.jinja_env.get_template("export.html").stream(
        conversation=conversation,
        branch=branch,
        style=style,
        policy=policy,
        blocks=blocks_of(branch, conversation.id, parts().archive),
        how_it_ended=how_it_ended,
        address_of=lambda image: _address(image, content_of(image)),
    )
    document.enable_buffering(_AT_ONCE)
    return document, f"{policy}; frame-ancestors 'none'"  # which means nothing where a file says it of itself


def _sheet(name: str) -> str:
    return (Path(current_app.root_path) / "static" / "css" / f"{name}.css").read_text()


def _address(image: Image, content: bytes) -> str:
    """One that holds all of it."""
    return f"data:{image.media_type};base64,{b64encode(content).decode()}"


def _policy_for(style: str) -> str:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
