"""A PostgreSQL server of the suite's own, where `initdb` is found; it leaves with the suite."""

import os
import shutil
import subprocess
from glob import glob
from itertools import count
from pathlib import Path
from types import TracebackType

import psycopg
import pytest

QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"]


class PostgreSQL:
    """Starts on entering, reached through a socket in its own folder; `new_database` gives each test one of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()

    def __enter__(self) -> "PostgreSQL":
        if not _program("initdb"):
            pytest.skip("no initdb on this machine: the tests on PostgreSQL are left out")
        self._prepare_folder()
        self._run("initdb", "--pgdata", self._data, "--auth", "trust", "--username", "parley", "--no-sync")
        options = " ".join(f"-c {option}" for option in [*QUICK, "listen_addresses=''", f"unix_socket_directories={self.folder}"])
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-l", f"{self.folder}/log", "-o", options)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", self._data)

    def new_database(self) -> str:
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(host=str(self.folder), user="parley", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgres://parley@/{name}?host={self.folder}"

    @property
    def _data(self) -> str:
        return f"{self.folder}/data"

    def _prepare_folder(self) -> None:
        """PostgreSQL refuses to run as root, and another user must be let into pytest's private folders."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            for parent in self.folder.parents:
                if parent.owner() == "root" and str(parent).startswith(str(Path(os.path.realpath("/tmp")) / "pytest-")):
                    parent.chmod(0o755)

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run([*as_user, _program(program), *arguments], check=True, cwd=self.folder, stdout=subprocess.DEVNULL)


def _program(name: str) -> str:
    """Debian keeps the server's programs out of the path."""
    debian = sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return debian[-1] if debian else shutil.which(name) or ""
