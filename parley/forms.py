"""May this be said? Every form carries a CSRF token; what is refused is refused with words."""

import re
from uuid import uuid4

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField, ValidationError

from parley.conversation import clean
from parley.errors import Refusal
from parley.parts import parts
from parley.visitors import sent_a_cookie

CANONICAL_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EXPIRED = "This form had expired. Your text is still here: send it again."
NO_COOKIE = (
    "Your browser sent no cookie with this form. Your text is still here: send it again. If that doesn't help, allow"
    " cookies for this site: they tell Parley which conversations are yours."
)
LONGEST_TITLE = 200  # characters
BUTTON_EXPIRED = "This page had expired, and nothing was done. Press the button again."


def is_uuid(text: str) -> bool:
    """Whether this is a UUID as we write it; Python's own reading of one is more generous."""
    return CANONICAL_UUID.fullmatch(text) is not None


class ActionForm(FlaskForm):  # type: ignore[misc]
    """A button: stop, retry. The turn, where it has one, makes pressing it twice the same as pressing it once."""

    turn = HiddenField()

    @property
    def refusal(self) -> Refusal:
        """Why nothing was done. Only of use after the form was refused."""
        return Refusal(400, "form_expired", BUTTON_EXPIRED)

    def validate_turn(self, field: HiddenField) -> None:
        if field.data:
            _uuid(field.data)


class TitleForm(FlaskForm):  # type: ignore[misc]
    """What a conversation is called."""

    title = StringField()

    @property
    def text(self) -> str:
        """The title as it is kept: on one line."""
        return " ".join(clean(self.title.data or "").split())

    @property
    def refusal(self) -> Refusal:
        """Why the title stays as it was. Only of use after the form was refused."""
        if "csrf_token" in self.errors:
            return Refusal(400, "form_expired", BUTTON_EXPIRED)
        return Refusal(422, "title_refused", str(self.errors["title"][0]))

    def validate_title(self, _field: StringField) -> None:
        if not self.text:
            raise ValidationError("The title is empty. Write what the conversation is to be called.")
        if len(self.text) > LONGEST_TITLE:
            raise ValidationError(
                f"The title is {len(self.text):,} characters long, and {LONGEST_TITLE} is the most that is kept."
                " Shorten it."
            )


class EverythingForm(FlaskForm):  # type: ignore[misc]
    """The button that deletes everything, with the box that says that this is meant."""

    sure = BooleanField()

    @property
    def refusal(self) -> Refusal:
        """Why nothing was deleted. Only of use after the form was refused."""
        if "csrf_token" in self.errors:
            return Refusal(400, "form_expired", BUTTON_EXPIRED)
        return Refusal(422, "not_confirmed", str(self.errors["sure"][0]))

    def validate_sure(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError("Nothing was deleted. Tick the box if you want all your conversations to be deleted.")


class TurnForm(FlaskForm):  # type: ignore[misc]
    """The composer: what a visitor says next, to which model, and after which message."""

    message = TextAreaField()
    turn = HiddenField()
    parent = HiddenField()
    model = StringField()

    @classmethod
    def blank(cls, parent: str | None = None) -> "TurnForm":
        """The form as a page shows it, with a turn of its own."""
        return cls(formdata=None, turn=str(uuid4()), parent=parent)

    @classmethod
    def kept(cls, **changes: str | None) -> "TurnForm":
        """The form as it was sent, but for some changes, to be shown again: same text, same turn, a fresh token."""
        form = cls()
        for name, value in changes.items():
            form[name].data = value
        form.csrf_token.data = form.csrf_token.current_token
        form.turn.data = form.turn.data or str(uuid4())
        return form

    @property
    def turn_id(self) -> str:
        return self.turn.data or ""

    @property
    def text(self) -> str:
        """The message as it is kept: with the line breaks of Unix, without blanks at its ends."""
        return clean((self.message.data or "").replace("\r\n", "\n").replace("\r", "\n")).strip()

    @property
    def parent_id(self) -> str | None:
        """None where the form doesn't say after which message: then it's the latest."""
        return request.form.get("parent")

    @property
    def refusal(self) -> Refusal:
        """Why the form was refused, in words. Only of use after it was."""
        if "csrf_token" in self.errors:
            return Refusal(400, "form_expired", EXPIRED if sent_a_cookie() else NO_COOKIE)
        first: str = next(str(errors[0]) for errors in self.errors.values())
        return Refusal(422, "message_refused", first)

    def validate_message(self, _field: TextAreaField) -> None:
        limit = parts().config.message_limit
        if not self.text:
            raise ValidationError("The message is empty. Write something to send.")
        if len(self.text) > limit:
            raise ValidationError(
                f"The message is {len(self.text):,} characters long, and {limit:,} is the most that can be sent at"
                " once. Shorten it, or send it in parts."
            )

    def validate_turn(self, field: HiddenField) -> None:
        _uuid(field.data or "")

    def validate_parent(self, field: HiddenField) -> None:
        if field.data:
            _uuid(field.data)


def _uuid(text: str) -> None:
    """Refuse what is not a UUID."""
    if not is_uuid(text):
        raise ValidationError("This form is damaged. Reload the page, and send your text again.")
