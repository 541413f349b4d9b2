"""What a conversation is to be called."""

from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError

from parley.conversation import clean
from parley.errors import Refusal
from parley.forms.expired import BUTTON, expired

LONGEST = 200  # characters


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
            return expired(BUTTON)
        return Refusal(422, "title_refused", str(self.errors["title"][0]))

    def validate_title(self, _field: StringField) -> None:
        if not self.text:
            raise ValidationError("The title is empty. Write what the conversation is to be called.")
        if len(self.text) > LONGEST:
            raise ValidationError(
                f"The title is {len(self.text):,} characters long, and {LONGEST} is the most that is kept. Shorten it."
            )
