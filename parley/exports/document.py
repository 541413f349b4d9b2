"""A branch of a conversation as one HTML document that needs nothing else: to keep, to print, to send to somebody.

Its style is in a <style> element, since a file has no style sheets beside it. It is also served by us, where no other
page may have one. It's shown there all the same, rather than only saved: its policy, in the header and in the file
itself, allows exactly this one style, by its hash, and no script, picture, form or address at all.
"""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from flask import current_app, render_template

from parley import markdown
from parley.conversation import Conversation, Message
from parley.exports.endings import how_it_ended

_sheets = ("tokens", "base", "message", "code", "reading")


def as_html(conversation: Conversation, branch: Sequence[Message]) -> tuple[str, str]:
    """The document, and the Content-Security-Policy to send it with."""
    style = "".join(map(_sheet, _sheets))
    policy = _policy_for(style)
    document = render_template(
        "export.html",
        conversation=conversation,
        branch=branch,
        style=style,
        policy=policy,
        blocks=markdown.blocks,
        how_it_ended=how_it_ended,
    )
    return document, f"{policy}; frame-ancestors 'none'"  # which means nothing where a file says it of itself


def _sheet(name: str) -> str:
    return (Path(current_app.root_path) / "static" / "css" / f"{name}.css").read_text()


def _policy_for(style: str) -> str:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
