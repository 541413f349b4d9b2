"""What is kept of conversations, and the questions asked of it. In each that a visitor asks is the visitor's id."""

from parley.archive.archive import INTERRUPTED, SILENCE, Archive, NotFound, Said

__all__ = ["INTERRUPTED", "SILENCE", "Archive", "NotFound", "Said"]
