"""What is kept of conversations, and the questions asked of it. In each that a visitor asks is the visitor's id."""

from parley.archive.archive import INTERRUPTED, SILENCE, Archive, Said
from parley.archive.missing import NotFound

__all__ = ["INTERRUPTED", "SILENCE", "Archive", "NotFound", "Said"]
