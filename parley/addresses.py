"""Addresses that go out in a form and come back with it. They may lead to pages of ours only."""

import re
from urllib.parse import urlsplit

from flask import request, url_for

OWN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")  # a browser takes `//elsewhere` and `/\elsewhere` for others


def here() -> str:
    """The page that is asked for; where a form is answered, the first page. No `Referer` says so: none is sent."""
    if request.method not in ("GET", "HEAD"):
        return url_for("pages.new")
    return urlsplit(request.url)._replace(scheme="", netloc="", fragment="").geturl()


def is_own(address: str) -> bool:
    """Whether this is an address of ours, and nobody else's."""
    return OWN.fullmatch(address) is not None
