"""A PostgreSQL server of the suite's own, where `initdb` is found; it leaves with the suite."""

import os
import shutil
import subprocess
import tempfile
from glob import glob
from pathlib import Path
from types import TracebackType
from uuid import uuid4

import psycopg

# Quick rather than safe: nothing here outlives the suite. What is committed does outlive a crash of the server.
SETTINGS = ["fsync=off", "synchronous_commit=on", "full_page_writes=off", "max_connections=300", "listen_addresses=''"]


class PostgreSQL:
    """Reached through a socket file in a folder of its own; `one_database` is emptied for each test."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="parley-postgresql-")

    @staticmethod
    def is_installed() -> bool:
        return bool(_program("initdb"))

    def __enter__(self) -> "PostgreSQL":
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self._folder.name, "postgres")
        self._run("initdb", "--auth", "trust", "--username", "parley", "--no-sync")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()

    def start(self) -> None:
        """Start it, also again, and wait until it can be asked."""
        settings = " ".join(f"-c {setting}" for setting in [*SETTINGS, f"unix_socket_directories={self._folder.name}"])
        self._run("pg_ctl", "start", "-w", "-l", f"{self._folder.name}/log", "-o", settings)

    def stop(self) -> None:
        """End it as a crash does: whoever is connected is cut off, what was committed is kept."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    @property
    def is_up(self) -> bool:
        return Path(self._folder.name, "data", "postmaster.pid").exists()

    def new_database(self) -> str:
        """The address of a database that nobody else uses."""
        name = f"parley_{uuid4().hex}"
        with psycopg.connect(host=self._folder.name, user="parley", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._address(name)

    @property
    def one_database(self) -> str:
        """The address of the database that is there from the beginning, as Heroku would write it."""
        return self._address("postgres")

    @staticmethod
    def dump(url: str) -> bytes:
        """All of a database, as statements that any later server takes."""
        command = [_program("pg_dump"), "--inserts", "--no-owner", "--no-privileges", url]
        dump = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        return b"\n".join(line for line in dump.split(b"\n") if not line.startswith(b"\\"))  # those are for psql

    def empty(self) -> None:
        """Leave nothing in that database but its tables."""
        with psycopg.connect(host=self._folder.name, user="parley", dbname="postgres") as connection:
            connection.execute("DELETE FROM conversations")  # and with them all that hangs on them
            connection.execute("DELETE FROM images")
            connection.execute("DELETE FROM counters")
            connection.execute("DELETE FROM ledger")
            connection.execute("DELETE FROM allowances")

    def _address(self, database: str) -> str:
        return f"postgres://parley@/{database}?host={self._folder.name}"

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_user, _program(program), "-D", f"{self._folder.name}/data", *arguments]
        subprocess.run(command, check=True, cwd=self._folder.name, stdout=subprocess.DEVNULL)


def _program(name: str) -> str:
    """Debian keeps the server's programs out of the path."""
    debian = sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return debian[-1] if debian else shutil.which(name) or ""
