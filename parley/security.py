"""The cookie, and the headers that keep other people's script, frames and caches out of a page."""

from datetime import timedelta

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from parley import bodies, hosts
from parley.config import Config, ConfigError

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",  # the answer of a page without script is written in a frame of that page
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types parley",  # the one in static/js/html.js
    ]
)
# What pages of ours, and those in their frames, never ask a browser for. Copying is all that they do ask for.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "camera", "clipboard-read", "display-capture", "encrypted-media"),
        *("fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer"),
        *("microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock"),
        *("serial", "storage-access", "sync-xhr", "usb", "window-management", "xr-spatial-tracking"),
    )
)
COOKIE = "parley"
COOKIE_BEHIND_ROUTER = "__Host-parley"  # by its name a browser knows that no other host, and no plain HTTP, set it
HTTPS_ONLY = f"max-age={365 * 24 * 60 * 60}"  # seconds; of this name alone: others of its domain are not ours

REMEMBERED = timedelta(days=400)  # how long a visitor is known: browsers keep no cookie for longer

_headers = {
    "Cache-Control": "private, no-cache",  # a page holds one visitor's conversations; static files say otherwise
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": "no-referrer",  # the address of a shared conversation is all that one needs to read it
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def init_app(app: Flask, config: Config) -> None:
    """Set what keeps a session safe, and send the headers with every response."""
    app.config.update(
        SECRET_KEY=config.secret_key,
        SECRET_KEY_FALLBACKS=list(config.secret_key_fallbacks),
        WTF_CSRF_SECRET_KEY=[*config.secret_key_fallbacks, config.secret_key],  # signs with the last, reads with all
        SESSION_COOKIE_NAME=COOKIE_BEHIND_ROUTER if config.behind_router else COOKIE,
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.behind_router,
        PERMANENT_SESSION_LIFETIME=REMEMBERED,
        SESSION_REFRESH_EACH_REQUEST=False,  # each page does: a style sheet that sets cookies can't be cached
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session: a page may be left open over night
    )
    app.after_request(_guarded)
    hosts.init_app(app, config)
    bodies.init_app(app)
    if config.behind_router:
        app.before_request(_to_https)
        app.after_request(_https_only)


def require_secret(config: Config) -> None:
    """Raise ConfigError where pages are to be served and nothing is there to sign their cookies with."""
    if not config.secret_key:
        raise ConfigError("SECRET_KEY is not set. `make run` writes one into .env; on Heroku, app.json generates it.")


def _to_https() -> ResponseReturnValue | None:
    """Heroku's router takes plain HTTP as well, over which the session cookie would not come back."""
    if request.headers.get("X-Forwarded-Proto") == "http":
        return redirect(request.url.replace("http://", "https://", 1), 308)
    return None


def _https_only(response: Response) -> Response:
    """A browser that came by HTTPS once comes by nothing else. Over plain HTTP the header would mean nothing."""
    if request.headers.get("X-Forwarded-Proto") == "https":
        response.headers["Strict-Transport-Security"] = HTTPS_ONLY
    return response


def _guarded(response: Response) -> Response:
    for name, value in _headers.items():
        response.headers.setdefault(name, value)
    return response
