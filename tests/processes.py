"""The app and the small model as processes of their own, on ports that are free."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil

from parley import schema
from parley.config import Config
from parley.database import Database
from tests.waiting import eventually

ROOT = Path(__file__).parents[1]
START = 60  # seconds by which it has to
END = 30  # seconds after which Heroku would kill it


class Process:
    """A server that runs from `with` to the end of it. What it prints is in a file, for when a test fails."""

    def __init__(self, command: Sequence[str], env: dict[str, str], port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **env}
        self._command = [sys.executable, "-m", *command]
        self._log = log

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.crash()  # a second sooner than by SIGTERM; whoever tests how it ends tells it to

    def start(self) -> None:
        """Start it, also again, and wait until it is well."""
        self._begin()
        self._wait_until(lambda: self._status() not in (None, 503))  # a model that is still being loaded says 503

    def start_unwell(self) -> None:
        """Start it, and wait until it says that it is not well."""
        self._begin()
        self._wait_until(lambda: self._status() == 503)

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
        """End all of it at once, as when a machine dies. What has ended stays as it is."""
        if self._process.poll() is None:
            self.send(signal.SIGSTOP)  # or it would start new workers
            self.kill_workers()
            self.end(signal.SIGKILL)

    def wait(self) -> int:
        return self._process.wait(END)

    def kill_workers(self) -> None:
        """End its children as a crash does, without a word. It starts new ones."""
        for worker in psutil.Process(self._process.pid).children():
            worker.send_signal(signal.SIGKILL)

    def _begin(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def _wait_until(self, holds: Callable[[], bool]) -> None:
        held = eventually(lambda: holds() or self._process.poll() is not None, START)
        if not held or self._process.returncode is not None:
            self.crash()
            raise RuntimeError(f"{self._command} did not start:\n{self.log}")

    def _status(self) -> int | None:
        """What it says of itself, if it says anything."""
        try:
            with urlopen(self.url + "/up", timeout=5) as response:
                status: int = response.status
                return status
        except HTTPError as refusal:
            return refusal.code
        except OSError:
            return None


SERVED_BY = {
    "gunicorn": ["gunicorn", "app:create_app()"],  # with gevent workers, as on a dyno: gunicorn.conf.py says so
    "flask": ["flask", "--app", "app", "run"],  # with a thread for each request
}


def app(folder: Path, env: dict[str, str], served_by: str = "gunicorn") -> Process:
    """Parley as a process, on a migrated database of its own."""
    process = unmigrated_app(folder, env, served_by)
    with database(process) as its_own:
        schema.upgrade(its_own)
    return process


def unmigrated_app(folder: Path, env: dict[str, str], served_by: str = "gunicorn") -> Process:
    """Parley as a process, on a database as it is."""
    port = free_port()
    defaults = {"SECRET_KEY": "a secret of the tests", "DATABASE_URL": f"sqlite:///{folder}/parley.db"}
    defaults |= {"VISITOR_LIMITS": "off", "ADDRESS_LIMITS": "off"}  # a test says more than somebody would in its time
    defaults["TMPDIR"] = str(folder)  # a crash leaves there what it had joined
    env = defaults | {"PORT": str(port), "FLASK_RUN_PORT": str(port)} | env
    return Process(SERVED_BY[served_by], env, port, folder / "app.log")


@contextmanager
def database(process: Process) -> Iterator[Database]:
    """What a process keeps its things in, for a look past it."""
    database = Database(Config.from_env(process.env).database_url)
    yield database
    database.close()


def local_model(folder: Path, key: str) -> Process:
    """The small model that `make run` starts."""
    port = free_port()
    command = ["parley.local_model", "--url", f"http://127.0.0.1:{port}", "--key", key]
    return Process(command, {}, port, folder / "model.log")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
