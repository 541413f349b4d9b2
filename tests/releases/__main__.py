"""Keeps the databases of the release that is about to be made: `python -m tests.releases 0.1.0`."""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from tests.postgresql import PostgreSQL
from tests.releases.keeping import FOLDER, keep


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    logging.disable(logging.CRITICAL)
    folder = FOLDER / parser.parse_args().version
    if folder.exists():
        sys.exit(f"{folder} is there. What a release left is never made anew.")
    with tempfile.TemporaryDirectory() as scratch, PostgreSQL() as server:
        keep(folder, f"sqlite:///{scratch}/parley.db", Path(scratch))
        keep(folder, server.new_database(), Path(scratch))
    print(f"Kept {', '.join(sorted(path.name for path in folder.iterdir()))} in {folder}.")


if __name__ == "__main__":
    main()
