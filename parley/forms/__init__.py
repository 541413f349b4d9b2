"""May this be said, or done? Every form carries a CSRF token; what is refused is refused with words."""

from parley.forms.actions import ActionForm, EverythingForm, require_token
from parley.forms.files import ImagesForm, ImportForm
from parley.forms.title import TitleForm
from parley.forms.turn import PlainForm, TurnForm
from parley.forms.uuids import is_uuid

__all__ = [
    "ActionForm",
    "EverythingForm",
    "ImagesForm",
    "ImportForm",
    "PlainForm",
    "TitleForm",
    "TurnForm",
    "is_uuid",
    "require_token",
]
