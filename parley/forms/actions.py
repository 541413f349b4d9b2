"""Buttons, and the box that goes with the one that deletes everything."""

from uuid import UUID, uuid5

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, ValidationError

from parley.errors import Refusal, Refused
from parley.forms.expired import BUTTON, PAGE, expired
from parley.forms.uuids import require_uuid


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
        return expired(BUTTON)

    def validate_turn(self, field: HiddenField) -> None:
        if field.data:
            require_uuid(field.data)


class EverythingForm(FlaskForm):  # type: ignore[misc]
    """The button that deletes everything, with the box that says that this is meant."""

    sure = BooleanField()

    @property
    def refusal(self) -> Refusal:
        """Why nothing was deleted. Only of use after the form was refused."""
        if "csrf_token" in self.errors:
            return expired(BUTTON)
        return Refusal(422, "not_confirmed", str(self.errors["sure"][0]))

    def validate_sure(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError("Nothing was deleted. Tick the box if you want all your conversations to be deleted.")


def require_token() -> None:
    """Raise Refused unless the button that was pressed is on a page of ours."""
    if not ActionForm().validate_on_submit():
        raise Refused(expired(PAGE))
