"""The fields of the settings panel: what a visitor wishes of the answers, and the words in which it is refused."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField, ValidationError

from parley.conversation import GREATEST_LENGTH, INSTRUCTIONS_LIMIT, REASONING, Settings, clean
from parley.parts import parts

WAYS_TO_REASON = {"": "As the model does"} | {way: way.capitalize() for way in REASONING}

NOT_A_TEMPERATURE = "The temperature has to be a number from 0 to 1, such as 0.7. Leave it empty for the model's own."
NOT_A_LENGTH = (
    f"The greatest length has to be a whole number of tokens from 1 to {GREATEST_LENGTH:,}. Leave it empty for the"
    " model's own."
)
NOT_A_WAY_TO_REASON = "There is no such way to reason. Pick one from the list."


def _makes_sense(_form: FlaskForm, field: Field) -> None:
    try:
        _read(field)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class WishesForm(FlaskForm):  # type: ignore[misc]
    """What goes with every question of a conversation. Numbers are texts here, so that they come back as typed."""

    instructions = TextAreaField(validators=[_makes_sense])
    temperature = StringField(validators=[_makes_sense])
    max_tokens = StringField(validators=[_makes_sense])
    reasoning = StringField(validators=[_makes_sense])
    ways_to_reason = WAYS_TO_REASON

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not parts().config.visitor_settings:
            for name in READERS:
                del self[name]

    @property
    def wishes(self) -> dict[str, object]:
        """What was sent, as it is kept. What was left out is not among it, and stays as it was."""
        sent = (name for name in READERS if name in self and name in request.form)
        return {name: _read(self[name]) for name in sent}

    @property
    def refused_wish(self) -> str | None:
        """The first field that makes no sense, also in a form that comes back."""
        return next((name for name in READERS if name in self and _is_refused(self[name])), None)


def as_typed(settings: Settings) -> Mapping[str, str]:
    """What is kept, as the fields show it."""
    typed = {name: getattr(settings, name) for name in READERS}
    return {name: _typed(wish) for name, wish in typed.items()}


def _typed(wish: object) -> str:
    if wish is None:
        return ""
    return str(wish).removesuffix(".0") if isinstance(wish, float) else str(wish)


def _read(field: Field) -> object:
    return READERS[field.name](field.data or "")


def _is_refused(field: Field) -> bool:
    try:
        _read(field)
    except ValueError:
        return True
    return False


def _instructions(text: str) -> str:
    text = clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > INSTRUCTIONS_LIMIT:
        raise ValueError(
            f"The instructions are {len(text):,} characters long, and {INSTRUCTIONS_LIMIT:,} is the most that is kept."
            " Shorten them."
        )
    return text


def _temperature(text: str) -> float | None:
    """A comma will do: it is what the keyboards of many phones offer."""
    if not text.strip():
        return None
    try:
        temperature = float(text.strip().replace(",", "."))
    except ValueError as error:
        raise ValueError(NOT_A_TEMPERATURE) from error
    if not 0 <= temperature <= 1:
        raise ValueError(NOT_A_TEMPERATURE)
    return temperature


def _length(text: str) -> int | None:
    digits = text.strip().replace(",", "")
    if not digits:
        return None
    if not (digits.isdecimal() and len(digits) <= len(str(GREATEST_LENGTH)) and 1 <= int(digits) <= GREATEST_LENGTH):
        raise ValueError(NOT_A_LENGTH)
    return int(digits)


def _reasoning(text: str) -> str | None:
    if text and text not in REASONING:
        raise ValueError(NOT_A_WAY_TO_REASON)
    return text or None


READERS: Mapping[str, Callable[[str], object]] = {
    "instructions": _instructions,
    "temperature": _temperature,
    "max_tokens": _length,
    "reasoning": _reasoning,
}
