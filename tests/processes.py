"""The app and the small model as processes of their own, on ports that are free."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil

from parley import schema
from parley.config import Config
from parley.database import Database

ROOT = Path(__file__).parents[1]
GLANCE = 0.05  # seconds between two looks at whether it answers
START = 60  # seconds by which it has to
END = 30  # seconds after which Heroku would kill it


class Process:
    """A server that runs from `with` to the end of it. What it prints is in a file, for when a test fails."""

    def __init__(self, command: Sequence[str], env: dict[str, str], port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", *command]
        self._env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **env}
        self._log = log

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(signal.SIGTERM)

    def start(self) -> None:
        """Start it, also again, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, cwd=ROOT, env=self._env, stdout=log, stderr=log)
        self._wait_until_it_answers()

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return self._log.read_text()

    @property
    def tree(self) -> list[psutil.Process]:
        """It, and its children: those that use memory and hold files."""
        parent = psutil.Process(self._process.pid)
        return [parent, *parent.children(recursive=True)]

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self, number: signal.Signals) -> int:
        """Send it a signal, and wait until it's gone. Returns its exit status."""
        self.send(number)
        return self.wait()

    def crash(self) -> None:
        """End all of it at once, as when a machine dies."""
        self.send(signal.SIGSTOP)  # or it would start new workers
        self.kill_workers()
        self.end(signal.SIGKILL)

    def wait(self) -> int:
        return self._process.wait(END)

    def kill_workers(self) -> None:
        """End its children as a crash does, without a word. It starts new ones."""
        for worker in psutil.Process(self._process.pid).children():
            worker.send_signal(signal.SIGKILL)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self._command} did not start:\n{self._log.read_text()}")
            time.sleep(GLANCE)

    def _answers(self) -> bool:
        """Whether it is ready: a model that is still being loaded says 503."""
        try:
            with urlopen(self.url + "/up", timeout=5):
                return True
        except HTTPError as refusal:
            return refusal.code != 503
        except OSError:
            return False


SERVED_BY = {
    "gunicorn": ["gunicorn", "app:create_app()"],  # with gevent workers, as on a dyno: gunicorn.conf.py says so
    "flask": ["flask", "--app", "app", "run"],  # with a thread for each request
}


def app(folder: Path, env: dict[str, str], served_by: str = "gunicorn") -> Process:
    """Parley as a process, on a migrated database of its own."""
    port = free_port()
    defaults = {"SECRET_KEY": "a secret of the tests", "DATABASE_URL": f"sqlite:///{folder}/parley.db"}
    env = defaults | {"PORT": str(port), "FLASK_RUN_PORT": str(port)} | env
    database = Database(Config.from_env(env).database_url)
    schema.upgrade(database)
    database.close()
    return Process(SERVED_BY[served_by], env, port, folder / "app.log")


def local_model(folder: Path, key: str) -> Process:
    """The small model that `make run` starts."""
    port = free_port()
    command = ["parley.local_model", "--url", f"http://127.0.0.1:{port}", "--key", key]
    return Process(command, {}, port, folder / "model.log")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
