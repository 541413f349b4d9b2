"""The composer, and what takes its place in a shell."""

from collections.abc import Sequence
from uuid import uuid4

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField, ValidationError

from parley.attaching import attached
from parley.conversation import Image, Message, Settings, clean
from parley.errors import Refusal
from parley.forms.expired import text_expired
from parley.forms.uuids import require_uuid
from parley.parts import parts
from parley.wishes import WishesForm, as_typed


class TurnForm(WishesForm):
    """The composer: what a visitor says next, to which model, after which message, and with which wishes."""

    message = TextAreaField()
    turn = HiddenField()
    parent = HiddenField()
    model = StringField()
    image = HiddenField()
    images: Sequence[Image] = ()

    @classmethod
    def blank(
        cls, parent: str | None = None, settings: Settings | None = None, message: str | None = None
    ) -> "TurnForm":
        """The form as a page shows it, with a turn of its own."""
        wishes = as_typed(settings or Settings())
        return cls(formdata=None, turn=str(uuid4()), parent=parent, message=message, **wishes)

    @classmethod
    def of(cls, message: Message) -> "TurnForm":
        """The form to put a message in other words: what is sent stands beside it, after the same message."""
        form = cls(formdata=None, turn=str(uuid4()), parent=message.parent or "", message=message.text)
        form.images = message.images
        return form

    @classmethod
    def kept(cls, **changes: str | None) -> "TurnForm":
        """The form as it was sent, but for some changes, to be shown again: same text, same turn, a fresh token."""
        form = cls()
        for name, value in changes.items():
            form[name].data = value
        form.csrf_token.data = form.csrf_token.current_token
        form.turn.data = form.turn.data or str(uuid4())
        form.images = attached().images
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
            return text_expired()
        first: str = next(str(errors[0]) for errors in self.errors.values())
        if self.refused_wish:
            return Refusal(422, "settings_refused", first, field=self.refused_wish)
        return Refusal(422, "message_refused", first, field="message" if "message" in self.errors else None)

    @property
    def has_images(self) -> bool:
        return bool(attached().images)

    def validate_message(self, _field: TextAreaField) -> None:
        limit = parts().config.message_limit
        if not (self.text or self.has_images):
            raise ValidationError("The message is empty. Write something to send.")
        if len(self.text) > limit:
            raise ValidationError(
                f"The message is {len(self.text):,} characters long, and {limit:,} is the most that can be sent at"
                " once. Shorten it, or send it in parts."
            )

    def validate_image(self, _field: HiddenField) -> None:
        if attached().refusals:
            raise ValidationError(" ".join(attached().refusals))

    def validate_turn(self, field: HiddenField) -> None:
        require_uuid(field.data or "")

    def validate_parent(self, field: HiddenField) -> None:
        if field.data:
            require_uuid(field.data)


class PlainForm(TurnForm):
    """What is asked from a shell, where there is no page that a token could come from: parley/plain.py has the rule."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = False

    def __init__(self) -> None:
        super().__init__()
        del self.turn, self.parent, self.image

    @property
    def has_images(self) -> bool:
        """None can be kept for somebody who isn't known."""
        return False
