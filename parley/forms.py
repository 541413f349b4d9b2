"""May this be said? Every form carries a CSRF token; what is refused is refused with words."""

import re
from collections.abc import Sequence
from uuid import UUID, uuid4, uuid5

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, StringField, TextAreaField, ValidationError

from parley.attaching import attached
from parley.conversation import Image, Message, Settings, clean
from parley.errors import Refusal, Refused
from parley.parts import parts
from parley.visitors import sent_a_cookie
from parley.wishes import WishesForm, as_typed

CANONICAL_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EXPIRED = "This form had expired. Your text is still here: send it again."
NO_COOKIE = (
    "Your browser sent no cookie with this form. Your text is still here: send it again. If that doesn't help, allow"
    " cookies for this site: they tell Parley which conversations are yours."
)
FILE_EXPIRED = "This page had expired, and nothing was imported. Pick the file again."
PAGE_EXPIRED = "This page had expired, and nothing was done. Go back, reload it, then press the button again."
NO_FILE = "Pick a file to import."
LONGEST_TITLE = 200  # characters
BUTTON_EXPIRED = "This page had expired, and nothing was done. Press the button again."


def is_uuid(text: str) -> bool:
    """Whether this is a UUID as we write it; Python's own reading of one is more generous."""
    return CANONICAL_UUID.fullmatch(text) is not None


class ActionForm(FlaskForm):  # type: ignore[misc]
    """A button: stop, retry. The turn, where it has one, makes pressing it twice the same as pressing it once."""

    turn = HiddenField()
    model = StringField()

    @property
    def turn_id(self) -> str | None:
        """That of another model is another turn: a browser that goes back shows the form as it was."""
        turn: str | None = self.turn.data or None
        return str(uuid5(UUID(turn), self.model.data)) if turn and self.model.data else turn

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


class ImagesForm(ActionForm):
    """Images for the next message, before it is sent."""

    image = HiddenField()

    @property
    def refusal(self) -> Refusal:
        if "csrf_token" in self.errors:
            return Refusal(400, "form_expired", EXPIRED if sent_a_cookie() else NO_COOKIE)
        return Refusal(422, "image_refused", " ".join(attached().refusals))

    def validate_image(self, _field: HiddenField) -> None:
        if attached().refusals:
            raise ValidationError("refused")


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
            return Refusal(400, "form_expired", EXPIRED if sent_a_cookie() else NO_COOKIE)
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
        _uuid(field.data or "")

    def validate_parent(self, field: HiddenField) -> None:
        if field.data:
            _uuid(field.data)


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


class ImportForm(FlaskForm):  # type: ignore[misc]
    """A file with a conversation in it."""

    file = FileField()

    @property
    def content(self) -> bytes:
        content: bytes = self.file.data.read()
        return content

    @property
    def refusal(self) -> Refusal:
        """Why nothing was imported. Only of use after the form was refused."""
        if "csrf_token" in self.errors:
            return Refusal(400, "form_expired", FILE_EXPIRED)
        return Refusal(422, "file_refused", NO_FILE)

    def validate_file(self, field: FileField) -> None:
        if not field.data:
            raise ValidationError(NO_FILE)


def require_token() -> None:
    """Raise Refused unless the button that was pressed is on a page of ours."""
    if not ActionForm().validate_on_submit():
        raise Refused(Refusal(400, "form_expired", PAGE_EXPIRED))


def _uuid(text: str) -> None:
    """Refuse what is not a UUID."""
    if not is_uuid(text):
        raise ValidationError("This form is damaged. Reload the page, and send your text again.")
