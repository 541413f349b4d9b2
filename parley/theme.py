"""The view in which a visitor chooses how the pages look: light, dark, or as their system has it."""

from urllib.parse import unquote, urlsplit

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from parley import addresses, visitors
from parley.errors import Refusal, Refused, asked_by_script
from parley.forms import require_token

# The colours of the page, for what a browser draws around it. They are those of `--surface` in static/css/tokens.css.
SURFACES = {"light": "#fefcfb", "dark": "#141317"}
THEMES = {"system": "System", "light": "Light", "dark": "Dark"}
NO_SUCH_THEME = Refusal(422, "theme_refused", "There is no such theme. Choose System, Light or Dark.")

theme = Blueprint("theme", __name__)


@theme.app_context_processor
def chosen() -> dict[str, object]:
    """What every template may ask, those of errors too."""
    return {"theme": visitors.theme, "themes": THEMES, "surfaces": SURFACES, "page_address": addresses.here}


@theme.post("/theme")
def choose() -> ResponseReturnValue:
    """Remember a theme for the visitor, and lead back to where they are. No database is asked."""
    require_token()
    wished = request.form.get("theme", "")
    if wished not in THEMES:
        raise Refused(NO_SUCH_THEME)
    visitors.remember_theme(wished)
    return ("", 204) if asked_by_script() else redirect(_page_before(), 303)


def _page_before() -> str:
    """The page that the form is on, if it is one of ours; where that one answered a form, the first page."""
    before = request.form.get("next", "")
    if addresses.is_own(before) and _can_be_read(unquote(urlsplit(before).path)):
        return before
    return url_for("pages.new")


def _can_be_read(path: str) -> bool:
    try:
        return bool(current_app.create_url_adapter(request).match(path, method="GET"))  # type: ignore[union-attr]
    except HTTPException:
        return False
