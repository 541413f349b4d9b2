"""What is kept of conversations, and the questions asked of it. In each that a visitor asks is the visitor's id."""

from parley.archive.archive import INTERRUPTED, SILENCE, Archive, Said
from parley.archive.counters import Counters
from parley.archive.deletions import Deleted
from parley.archive.invitations import Invitation
from parley.archive.ledger import Ledger
from parley.archive.organising import MOST_PINS, TooManyPins
from parley.archive.owned import NotFound
from parley.archive.renderings import Rendering
from parley.archive.searching import Results
from parley.archive.shares import Share
from parley.archive.tolls import Due, InvitationOver, Toll, TooMany, Unpaid

__all__ = [
    "INTERRUPTED",
    "MOST_PINS",
    "SILENCE",
    "Archive",
    "Counters",
    "Deleted",
    "Due",
    "Invitation",
    "InvitationOver",
    "Ledger",
    "NotFound",
    "Rendering",
    "Results",
    "Said",
    "Share",
    "Toll",
    "TooMany",
    "TooManyPins",
    "Unpaid",
]
