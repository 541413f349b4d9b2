"""Views of the operator's colour and picture, and of what makes the app one that can be installed."""

import textwrap

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from parley.appearance import Accent, Logo
from parley.archive import NotFound
from parley.parts import parts

YEAR = 365 * 24 * 60 * 60  # seconds
SHORT_NAME = 12  # characters that there is room for beneath an icon

# A picture may hold a script, which nobody is to run who opens it as a page.
HARMLESS = "default-src 'none'; sandbox"

branding = Blueprint("branding", __name__)


@branding.app_context_processor
def chosen() -> dict[str, Accent | Logo | None]:
    """What every template may know of it."""
    return {"accent": parts().config.accent, "logo": parts().config.logo}


@branding.get("/accent/<version>.css")
def accent_style(version: str) -> ResponseReturnValue:
    """The style sheet with the operator's colour."""
    accent = parts().config.accent
    if not accent:
        raise NotFound("no ACCENT")
    return _kept(Response(accent.style, mimetype="text/css"), version == accent.version)


@branding.get("/logo/<version>")
def logo(version: str) -> ResponseReturnValue:
    """The operator's picture."""
    found = parts().config.logo
    if not found:
        raise NotFound("no LOGO")
    response = Response(found.content, mimetype=found.media_type)
    response.headers["Content-Security-Policy"] = HARMLESS
    return _kept(response, version == found.version)


@branding.get("/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """What a browser has to know to install the app. It's the same for everybody."""
    written = render_template("manifest.json", short_name=_shortened(parts().config.app_name))
    return Response(written, mimetype="application/manifest+json", headers={"Cache-Control": "public, no-cache"})


def _shortened(name: str) -> str:
    """As many whole words of a name as there is room for."""
    return textwrap.wrap(name, SHORT_NAME)[0]


def _kept(response: Response, is_current: bool) -> Response:
    """Kept for a year where the address is that of what is sent. During a deploy another release may ask."""
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if is_current else "no-cache"
    return response
