"""How static files are served: on a dyno joined, compressed and for a year; on a laptop as they lie in `static/`.

The address of what a browser may keep for a year holds a hash of all of it, so that a deploy is seen at once. On a
laptop a browser asks for each file anew, so that a change to it is.
"""

import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from wsgiref.headers import Headers

from flask import Flask, Response, send_from_directory
from whitenoise import WhiteNoise

from parley.assets.building import SCRIPTS, STYLE, build
from parley.assets.joining import in_order
from parley.config import Config

# In the order in which they are read: the first names the layers, the last is about paper.
STYLES = (
    *("tokens", "theme", "base", "layout", "sidebar", "logo", "search", "list", "empty"),
    *("message", "pictures", "reasoning", "prose", "code-block", "code", "foot", "edit"),
    *("composer", "images", "settings", "setup"),
    *(
        "sheet",
        "results",
        "files",
        "links",
        "seen",
        "usage",
        "document",
        "reading",
        "error",
        "access",
        "findings",
        "contrast",
        "print",
    ),
)
ENTRY = "main"  # the module of every page

YEAR = 365 * 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class Assets:
    """The addresses that a page needs. Templates know one as `assets`."""

    root: str
    styles: tuple[str, ...]
    scripts: dict[str, str]  # by the modules that pages name: each comes with all that it imports
    preloads: tuple[str, ...] = ()

    def address(self, name: str) -> str:
        """That of a file which is served by itself: an icon."""
        return f"{self.root}/{name}"


def init_app(app: Flask, config: Config) -> None:
    """Serve style sheets, scripts and icons, and tell the templates where they are."""
    source = Path(app.root_path, "static")
    assets = _as_built(app, source) if config.behind_router else _as_they_lie(source)
    app.jinja_env.globals["assets"] = assets


def _as_they_lie(source: Path) -> Assets:
    scripts = {name: f"/static/js/{name}.js" for name in SCRIPTS}
    *needed, _ = (f"/static/js/{name}.js" for name in in_order(source / "js", ENTRY))
    return Assets("/static", tuple(f"/static/css/{name}.css" for name in STYLES), scripts, tuple(needed))


def _as_built(app: Flask, source: Path) -> Assets:
    target = Path(tempfile.mkdtemp(prefix="parley-static-"))
    weakref.finalize(app, rmtree, target, ignore_errors=True)
    root = f"/static/v-{build(source, target, STYLES)}"
    static = WhiteNoise(app.wsgi_app, max_age=YEAR, allow_all_origins=False, add_headers_function=_add_headers)
    static.add_files(target, prefix=root)
    app.wsgi_app = static  # type: ignore[method-assign]
    _serve_other_releases(app, target)
    return Assets(root, (f"{root}/{STYLE}",), {name: f"{root}/{file}" for name, file in SCRIPTS.items()})


def _add_headers(headers: Headers, path: str, url: str) -> None:
    headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Content-Type-Options"] = "nosniff"


def _serve_other_releases(app: Flask, folder: Path) -> None:
    """While a deploy is under way, a page of one release may ask a dyno of the other for its files."""

    @app.get("/static/v-<version>/<path:filename>")
    def other_release(version: str, filename: str) -> Response:
        return send_from_directory(folder, filename, max_age=0)
