"""The app as it is deployed: gunicorn with its configuration file, in a process of its own, on a free port."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import requests

ROOT = Path(__file__).parent.parent
START_SECONDS = 20
END_SECONDS = 30


class Server:
    """Migrated and started on entering, ended on leaving. `env` is all that it knows of its surroundings."""

    def __init__(self, log: Path, env: Mapping[str, str]) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        self._env = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PORT": str(self.port), **env}

    def __enter__(self) -> "Server":
        subprocess.run(["flask", "--app", "app", "migrate"], env=self._env, cwd=ROOT, check=True)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(signal.SIGTERM)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("ab") as log:
            command = ["gunicorn", "app:create_app()"]
            self.process = subprocess.Popen(command, env=self._env, cwd=ROOT, stdout=log, stderr=log)
        with _patience() as session:
            session.get(f"{self.url}/up", timeout=START_SECONDS).raise_for_status()

    def end(self, number: signal.Signals) -> int:
        """Send it a signal, and wait until it's gone. SIGKILL goes to the workers too, as when a machine dies."""
        if number is signal.SIGKILL:
            subprocess.run(["pkill", "-KILL", "-P", str(self.process.pid)], check=False)
        self.process.send_signal(number)
        return self.process.wait(END_SECONDS)

    @property
    def log(self) -> str:
        return self._log.read_text()


def _patience() -> requests.Session:
    """A session that tries again while nobody listens yet."""
    session = requests.Session()
    retries = requests.adapters.Retry(connect=60, backoff_factor=0.1, backoff_max=0.2)
    session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retries))
    return session


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
