"""The ids that a form names."""

import re

from wtforms import ValidationError

CANONICAL_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_uuid(text: str) -> bool:
    """Whether this is a UUID as we write it; Python's own reading of one is more generous."""
    return CANONICAL_UUID.fullmatch(text) is not None


def require_uuid(text: str) -> None:
    """Refuse a form with something else in the place of a UUID."""
    if not is_uuid(text):
        raise ValidationError("This form is damaged. Reload the page, and send your text again.")
