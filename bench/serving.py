"""The app as a dyno runs it, what it asks and where it keeps things: all real processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parley import schema
from parley.config import Config
from parley.database import Database
from tests.postgresql import PostgreSQL
from tests.processes import SERVED_BY, Process, free_port

ON_GREENLETS = ["gevent.monkey", "--module"]


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty one."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/parley.db"
    else:
        with PostgreSQL() as server:
            yield server.new_database()


def model_service(folder: Path, pace: float, seed: int) -> Process:
    port = free_port()
    command = [*ON_GREENLETS, "bench.upstream", "--port", str(port), "--pace", str(pace), "--seed", str(seed)]
    return Process(command, {}, port, folder / "upstream.log")


def app(folder: Path, database_url: str, upstream: Process, workers: int) -> Process:
    """Parley on a dyno, but for the address: only this machine can reach it."""
    port = free_port()
    env = {
        "DYNO": "soak.1",
        "SECRET_KEY": "a secret of the soak test",
        "DATABASE_URL": database_url,
        "INFERENCE_URL": upstream.url,
        "INFERENCE_KEY": "inf-soak",
        "WEB_CONCURRENCY": str(workers),
        "VISITOR_LIMITS": "off",
        "ADDRESS_LIMITS": "off",
        "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}",
    }
    kept = Database(Config.from_env(env).database_url)
    schema.upgrade(kept)
    kept.close()
    return Process(SERVED_BY["gunicorn"], env, port, folder / "app.log")
