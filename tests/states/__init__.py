"""Every state that a page can be in, drawn on purpose: each is a function that brings a visitor to it.

The contact sheet in `docs/screenshots/` and `tests/browser/test_accessibility.py` go through all of them. A new state
is a function in the module that it belongs to, and its name in the tuple at the end of that module.
"""

from tests.states.admission import ADMISSION
from tests.states.answers import ANSWERS
from tests.states.composing import COMPOSING
from tests.states.failures import FAILURES
from tests.states.lists import LISTS, ON_PHONES_ONLY
from tests.states.sheets import SHEETS
from tests.states.stage import Site, Stage, State, site, title_of

STATES: dict[str, tuple[State, ...]] = {
    "answers": ANSWERS,
    "failures": FAILURES,
    "admission": ADMISSION,
    "composing": COMPOSING,
    "lists": LISTS,
    "sheets": SHEETS,
}

__all__ = ["ON_PHONES_ONLY", "STATES", "Site", "Stage", "State", "site", "title_of"]
