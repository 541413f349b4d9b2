"""A dyno: what the Procfile says, in the environment that Heroku's buildpack for Python makes."""

import os
import re
import subprocess
import sys
from pathlib import Path

from requests import PreparedRequest

from tests.callers import Caller
from tests.processes import ROOT, Process, free_port

BEHIND_THE_ROUTER = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.7",
    "X-Request-ID": "from-the-router",
}
COMMANDS = dict(re.findall(r"^(\w+): (.+)$", (ROOT / "Procfile").read_text(), re.MULTILINE))
SET_BY_THE_BUILDPACK = {
    "DYNO": "web.1",
    "WEB_CONCURRENCY": "2",
    "GUNICORN_CMD_ARGS": "--access-logfile -",
    "FORWARDED_ALLOW_IPS": "*",
    "PYTHONUNBUFFERED": "true",
    "LANG": "en_US.UTF-8",
}


class Dyno(Process):
    """The process `web`, after the process `release` has come to a good end."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        port = free_port()
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        everything = {**SET_BY_THE_BUILDPACK, "PATH": path, "PORT": str(port), "TMPDIR": str(folder), **env}
        super().__init__([], everything, port, folder / "dyno.log")
        self._command = _in_a_shell("web")

    def release(self) -> None:
        subprocess.run(_in_a_shell("release"), cwd=ROOT, env=self.env, check=True)


class CallerThroughTheRouter(Caller):
    """Somebody whose requests come by HTTPS, as far as the router: their cookies come along, though they are secure."""

    def __init__(self, dyno: Dyno) -> None:
        super().__init__(dyno)
        self.headers.update(BEHIND_THE_ROUTER)
        self.auth = self._with_cookies

    def _with_cookies(self, request: PreparedRequest) -> PreparedRequest:
        if cookies := "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies):
            request.headers["Cookie"] = cookies
        return request


def _in_a_shell(name: str) -> list[str]:
    return ["sh", "-c", f"exec {COMMANDS[name]}"]
