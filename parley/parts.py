"""What the views work with, and the one way to get at it."""

from dataclasses import dataclass

from flask import current_app

from parley.answers import Answers
from parley.archive import Archive
from parley.budget import Budget
from parley.config import Config
from parley.inference.catalogue import Catalogue
from parley.limits import Limits
from parley.removal import Removal


@dataclass(frozen=True)
class Parts:
    """The parts of one app, joined in `create_app`."""

    config: Config
    archive: Archive
    answers: Answers
    catalogue: Catalogue
    removal: Removal
    limits: Limits
    budget: Budget


def parts() -> Parts:
    """The parts of the app that handles the current request."""
    found: Parts = current_app.extensions["parley"]
    return found
