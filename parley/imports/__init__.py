"""A file that may be a conversation that was taken away (`parley.exports`), and may be anything else."""

from parley.imports.fields import Unreadable
from parley.imports.pictures import MOST_IN_A_FILE
from parley.imports.reading import read

__all__ = ["MOST_IN_A_FILE", "Unreadable", "read"]
