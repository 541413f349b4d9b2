"""What a visitor brings along: images for the next message, a conversation in a file."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, ValidationError

from parley.attaching import attached
from parley.errors import Refusal
from parley.forms.actions import ActionForm
from parley.forms.expired import FILE, expired, text_expired

NO_FILE = "Pick a file to import."


class ImagesForm(ActionForm):
    """Images for the next message, before it is sent."""

    image = HiddenField()

    @property
    def refusal(self) -> Refusal:
        if "csrf_token" in self.errors:
            return text_expired()
        return Refusal(422, "image_refused", " ".join(attached().refusals))

    def validate_image(self, _field: HiddenField) -> None:
        if attached().refusals:
            raise ValidationError("refused")


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
            return expired(FILE)
        return Refusal(422, "file_refused", NO_FILE)

    def validate_file(self, field: FileField) -> None:
        if not field.data:
            raise ValidationError(NO_FILE)
