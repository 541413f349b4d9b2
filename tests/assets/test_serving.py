"""How static files come to a browser: on a dyno and on a laptop."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse as Response

from app import create_app
from parley.assets import serving
from parley.assets.serving import STYLES
from parley.config import Config
from tests.conftest import running
from tests.processes import ROOT

BUDGET = 30 * 1024  # bytes of a first load, compressed
MOST = 8  # requests of a first load


class Browser:
    """Asks for addresses as a browser does, and reads what comes to its end."""

    def __init__(self, app: Flask, **headers: str) -> None:
        self._client = app.test_client()
        self._headers = headers

    def get(self, address: str, encoding: str = "identity") -> Response:
        response = self._client.get(address, headers={**self._headers, "Accept-Encoding": encoding})
        assert response.data is not None
        response.close()
        return response


@pytest.fixture
def on_a_dyno(config: Config) -> Iterator[Browser]:
    with running(create_app(replace(config, behind_router=True))) as app:
        yield Browser(app, **{"X-Forwarded-Proto": "https"})


@pytest.fixture
def on_a_laptop(app: Flask) -> Browser:
    return Browser(app)


def needed(html: str) -> list[str]:
    """The addresses that a browser loads with a page."""
    return re.findall(r'(?:src|href)="(/static/[^"]+)"', html)


pytestmark = pytest.mark.on_sqlite


def test_a_first_load_is_small(on_a_dyno: Browser) -> None:
    addresses = ["/", *needed(on_a_dyno.get("/").text)]
    loads = [on_a_dyno.get(address, "gzip") for address in addresses]
    assert all(load.status_code == 200 for load in loads)
    assert len(loads) <= MOST
    assert sum(len(load.data) for load in loads) < BUDGET


def test_a_dyno_says_to_keep_static_files_for_a_year(on_a_dyno: Browser) -> None:
    for address in needed(on_a_dyno.get("/").text):
        response = on_a_dyno.get(address)
        assert re.match(r"/static/v-[0-9a-f]{12}/", address)
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_dyno_has_them_compressed(on_a_dyno: Browser, encoding: str) -> None:
    for address in needed(on_a_dyno.get("/").text):
        if address.endswith((".css", ".js", ".svg")):
            response = on_a_dyno.get(address, encoding)
            assert response.headers["Content-Encoding"] == encoding
            assert "Accept-Encoding" in response.headers["Vary"]


def test_each_worker_gives_a_file_the_same_address(config: Config) -> None:
    apps = [Flask("app"), Flask("app")]
    for app in apps:
        serving.init_app(app, replace(config, behind_router=True))
    assert apps[0].jinja_env.globals["assets"] == apps[1].jinja_env.globals["assets"]


def test_while_a_deploy_is_under_way_a_page_of_the_other_release_gets_its_files(on_a_dyno: Browser) -> None:
    response = on_a_dyno.get("/static/v-0123456789ab/parley.css")
    assert response.status_code == 200
    assert "max-age=0" in response.headers["Cache-Control"]
    assert on_a_dyno.get("/static/v-0123456789ab/../secret").status_code == 404


def test_a_laptop_has_each_file_as_it_lies_there(on_a_laptop: Browser) -> None:
    html = on_a_laptop.get("/").text
    assert [f"/static/css/{name}.css" for name in STYLES] == [one for one in needed(html) if one.endswith(".css")]
    for address in needed(html):
        response = on_a_laptop.get(address)
        assert response.data == (ROOT / address.lstrip("/")).read_bytes()
        assert "no-cache" in response.headers["Cache-Control"]


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
def test_pages_are_compressed_as_a_browser_asks_for_it(on_a_laptop: Browser, encoding: str) -> None:
    response = on_a_laptop.get("/", encoding)
    assert response.headers["Content-Encoding"] == encoding
    assert {"Accept-Encoding", "Cookie"} <= set(response.vary)


def test_a_page_that_repeats_words_of_its_address_is_not_compressed(on_a_laptop: Browser) -> None:
    response = on_a_laptop.get("/?q=guess", "gzip")
    assert "Content-Encoding" not in response.headers
    assert "guess" in response.text
