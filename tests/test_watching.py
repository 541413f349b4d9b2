"""What Sentry is told of errors, and what it is not: nothing of what was said, nor of whoever said it."""

import json
import logging
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import brotli
import pytest
from sqlalchemy import text

from parley import watching
from parley.config import Config, ConfigError
from tests import processes
from tests.callers import Caller
from tests.log_lines import lines
from tests.upstream import Upstream
from tests.waiting import eventually

pytestmark = pytest.mark.on_sqlite

REQUEST = "5f3c1a2b-0d4e-4f6a-8b7c-9d0e1f2a3b4c"


class Sentry(ThreadingHTTPServer):
    """Takes what it is sent as Sentry does, and keeps all of it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.letters: list[bytes] = []
        self.dsn = f"http://a-key@127.0.0.1:{self.server_address[1]}/1"

    @property
    def events(self) -> list[dict[str, Any]]:
        """An envelope is a line about itself, then one about each thing in it, and the thing."""
        return [json.loads(letter.split(b"\n")[2]) for letter in self.letters]


class Taking(BaseHTTPRequestHandler):
    server: Sentry

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Encoding"] == "br"
        self.server.letters.append(brotli.decompress(body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def sentry() -> Iterator[Sentry]:
    with Sentry() as sentry:
        thread = Thread(target=sentry.serve_forever)
        thread.start()
        yield sentry
        sentry.shutdown()
        thread.join()


def test_an_error_is_told_by_where_it_happened_and_without_a_word_of_what_was_said(
    sentry: Sentry, upstream: Upstream, tmp_path: Path
) -> None:
    with processes.app(tmp_path, {**upstream.env, "SENTRY_DSN": sentry.dsn}) as server, Caller(server) as caller:
        start, events = caller.say("Is it an axolotl?")
        list(events)
        with processes.database(server) as database, database.writing() as connection:
            connection.execute(text("UPDATE messages SET asked = '{\"axolotl\": 1}' WHERE role = 'assistant'"))
        response = caller.read(f"{start['url']}?q=axolotl", headers={"X-Request-ID": REQUEST, "User-Agent": "axolotl"})
        assert response.status_code == 500
        assert eventually(lambda: sentry.letters)
        (event,) = sentry.events
        (error,) = event["exception"]["values"]
        assert error["type"] in event["logentry"]["message"]
        assert error["stacktrace"]["frames"][-1]["filename"].startswith("parley/")
        assert event["tags"] == {"request_id": REQUEST}
        assert set(event) - set(watching.SENT) <= {"logentry", "tags", "exception"}
        secrets = ("axolotl", upstream.key, server.env.get("SECRET_KEY", "?"), caller.cookies["parley"], "127.0.0.1")
        assert [secret for secret in secrets if secret in sentry.letters[0].decode()] == []
        assert sentry.dsn not in server.log


def test_without_its_package_the_app_starts_and_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    handlers = list(logging.getLogger("parley").handlers)
    watching.init_app(Config(sentry_dsn="http://a-key@127.0.0.1:1/1"))
    assert "requirements-sentry.txt" in lines(caplog.records[0].getMessage())[0]["cause"]
    assert logging.getLogger("parley").handlers == handlers


@pytest.mark.parametrize("dsn", ["on", "https://sentry.io/1", "https://key@sentry.io", "https://key@sentry.io/one"])
def test_an_address_that_makes_no_sense_stops_the_start(dsn: str) -> None:
    with pytest.raises(ConfigError, match="SENTRY_DSN must be") as refused:
        Config.from_env({"SENTRY_DSN": dsn})
    assert dsn not in str(refused.value).replace("https://KEY@o1", "")
