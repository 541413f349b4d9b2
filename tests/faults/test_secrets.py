"""What must be told to nobody: keys, passwords, cookies. Neither a page nor the log has them, whatever goes wrong."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from requests import Response

from tests import processes
from tests.callers import Caller
from tests.people import EVENTS
from tests.postgresql import PostgreSQL
from tests.processes import Process
from tests.upstream import Upstream, chunk

SECRET_KEY = "the-word-that-signs"
EARLIER_KEY = "the-word-that-signed"
PASSWORD = "the-word-for-the-database"
LOST = "/conversations/00000000-0000-4000-8000-000000000000"


@dataclass
class Stage:
    """An app with many secrets, all that it stands on, and all that it ever said to its one visitor."""

    server: Process
    service: Upstream
    end_of_service: ExitStack
    postgresql: PostgreSQL
    caller: Caller
    responses: list[Response] = field(default_factory=list)

    def overhear(self, response: Response, *_: Any, **__: Any) -> None:
        self.responses.append(response)

    @property
    def secrets(self) -> set[str]:
        address = self.server.env["DATABASE_URL"].split("://")[1]
        cookies = {one.cookies["parley"] for one in self.responses if "parley" in one.cookies}
        return {self.service.key, SECRET_KEY, EARLIER_KEY, PASSWORD, address, *cookies}

    @property
    def told(self) -> str:
        """Every response to its visitor. The cookie has to be set, and is looked for everywhere else."""
        heads = (f"{name}: {value}" for one in self.responses for name, value in one.headers.items())
        bodies = (one.text for one in self.responses)
        return "\n".join([*(head for head in heads if not head.startswith("Set-Cookie")), *bodies])


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with ExitStack() as end_of_service, PostgreSQL() as postgresql:
        service = end_of_service.enter_context(Upstream())
        url = postgresql.new_database().replace("parley@", f"parley:{PASSWORD}@")
        env = {**service.env, "SECRET_KEY": SECRET_KEY, "SECRET_KEY_FALLBACKS": EARLIER_KEY}
        env |= {"DATABASE_URL": url, "READ_TIMEOUT": "2"}
        with processes.app(tmp_path, env) as server, Caller(server) as caller:
            stage = Stage(server, service, end_of_service, postgresql, caller)
            caller.hooks["response"].append(stage.overhear)
            yield stage


def test_no_secret_is_told_whatever_goes_wrong(stage: Stage) -> None:
    go_right(stage)
    let_the_model_tell_its_key(stage)
    ask_for_what_is_not_there(stage)
    stage.end_of_service.close()
    say(stage.caller, "unreachable")
    stage.postgresql.stop()
    try:
        go_without_a_database(stage)
    finally:
        stage.postgresql.start()
    told, log = stage.told, stage.server.log
    assert [secret for secret in stage.secrets if secret in told or secret in log] == []
    assert "Traceback" not in told
    assert "Traceback" not in log


def go_right(stage: Stage) -> None:
    address = say(stage.caller, "Hi")
    for suffix in ("", ".md", ".json"):
        assert stage.caller.read(address + suffix).ok
    assert stage.caller.read("/up").ok


def let_the_model_tell_its_key(stage: Stage) -> None:
    """A service that is careless with the key it was given."""
    telling = {"error": {"message": f"Bearer {stage.service.key} is not to my liking", "code": stage.service.key}}
    for status in (400, 401, 403, 404, 429, 500):
        stage.service.refuses(status, telling)
        say(stage.caller, f"{status}")
    stage.service.refuses(403, f"<h1>Blocked: {stage.service.key}</h1>")
    say(stage.caller, "a firewall")
    stage.service.sends(chunk("So far"), telling)
    say(stage.caller, "in mid-answer")
    stage.service.redirects(f"https://elsewhere.example/?key={stage.service.key}")
    say(stage.caller, "elsewhere")


def ask_for_what_is_not_there(stage: Stage) -> None:
    form = stage.caller.page().form("/turns")
    for headers in ({}, EVENTS):
        assert stage.caller.read(LOST, headers=headers).status_code == 404
        assert stage.caller.press(form, headers=headers, message="Hi", csrf_token="forged").status_code == 400
        assert stage.caller.press(form, headers=headers, message="Hi", model="none").status_code == 404
        assert stage.caller.press(form, headers=headers, message="").status_code == 422


def go_without_a_database(stage: Stage) -> None:
    form = stage.caller.page().form("/turns")
    for headers in ({}, EVENTS):
        for address in ("/up", LOST):
            assert stage.caller.read(address, headers=headers).status_code == 503
        assert stage.caller.press(form, headers=headers, message="Hi").status_code == 503


def say(caller: Caller, message: str) -> str:
    """Say something and read the answer to its end, by the way of scripts and by that of pages."""
    told = caller.submit(message, headers=EVENTS)
    assert "event: end" in told.text, told.text
    address: str = told.text.partition('"url":"')[2].partition('"')[0]
    assert caller.page(address).questions == [message]
    return address
