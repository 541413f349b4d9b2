"""Headings as an outline without gaps, whatever ranks a model gives them.

The first heading of an answer stands right below that of its message, and none is more than one level below the one
before it. That follows from the headings before it alone, so that a heading which is final stays what it is.
"""

from itertools import takewhile

HIGHEST, LOWEST = 3, 6  # a page has its own h1, and each message an h2

# The ranks of those headings that the next one may stand below, each lower than the one before it.
Outline = tuple[int, ...]


def with_heading(outline: Outline, rank: int) -> Outline:
    """The outline as it is after a heading of this rank."""
    return (*takewhile(lambda above: above < rank, outline), rank)


def level_in(outline: Outline) -> int:
    """Where in the page the latest heading stands."""
    return min(HIGHEST + len(outline) - 1, LOWEST)
