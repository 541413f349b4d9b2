"""The refusals of a form that has no token of ours, or not the visitor's: their session ended, or it never began."""

from parley.errors import Refusal
from parley.visitors import sent_a_cookie

TEXT_KEPT = "This form had expired. Your text is still here: send it again."
NO_COOKIE = (
    "Your browser sent no cookie with this form. Your text is still here: send it again. If that doesn't help, allow"
    " cookies for this site: they tell which conversations are yours."
)
BUTTON = "This page had expired, and nothing was done. Press the button again."
PAGE = "This page had expired, and nothing was done. Go back, reload it, then press the button again."
FILE = "This page had expired, and nothing was imported. Pick the file again."


def expired(words: str) -> Refusal:
    """That a form has expired, with what is to be done about it."""
    return Refusal(400, "form_expired", words)


def text_expired() -> Refusal:
    """That a form with a text in it has expired. Who sent no cookie at all is told what they are for."""
    return expired(TEXT_KEPT if sent_a_cookie() else NO_COOKIE)
