"""By which names the app may be called. A page elsewhere could give its own name to our address, and read along."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from parley.config import ANY_HOST, Config

UNKNOWN = "This site does not go by the name it was called by. Whoever runs it can add the name to ALLOWED_HOSTS.\n"


def init_app(app: Flask, config: Config) -> None:
    """Refuse what is meant for somebody else, before anything else looks at it.

    Werkzeug's own TRUSTED_HOSTS knows no addresses in brackets, and no page can be made where it objects.
    """
    known = {_name(host) for host in config.allowed_hosts}

    @app.before_request
    def require_known_host() -> Response | None:
        name = _name(request.host)
        if name and (name in known or ANY_HOST in known):
            return None
        return Response(UNKNOWN, 400, mimetype="text/plain")


def _name(host: str) -> str:
    """A host without its port. A full stop at its end changes nothing, nor does its case."""
    if host == ANY_HOST:
        return host
    try:
        return (urlsplit(f"//{host}").hostname or "").removesuffix(".")
    except ValueError:
        return ""
