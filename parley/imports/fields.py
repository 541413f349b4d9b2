"""The fields of an object in a file that nobody can be trusted to have left as it was."""

from base64 import b64decode
from datetime import UTC, datetime

from parley.conversation import clean

GREATEST_COUNT = 2**31 - 1  # what fits into a column
GREATEST_NUMBER = 1e9
LONGEST_NAME = 200  # characters: of a model, of an id
LONGEST_SENTENCE = 10_000


class Unreadable(Exception):
    """Why a file is not a conversation. Its words are for the visitor."""


class Fields:
    """Each field is read as what it has to be. `name` is what the object is called where something is wrong with it."""

    def __init__(self, value: object, name: str) -> None:
        self._name = name
        if not isinstance(value, dict):
            raise Unreadable(f"{name} is not what it should be.")
        self._fields = value

    def get(self, field: str) -> object:
        return self._fields.get(field)

    def text(self, field: str, most: int) -> str:
        """Words, perhaps none; no more of them than so many characters."""
        value = self.get(field)
        if not isinstance(value, str):
            raise self.wrong(field)
        if len(value) > most:
            raise Unreadable(f"{self._name} has more than {most:,} characters in its {field}.")
        return clean(value)

    def text_or_none(self, field: str, most: int) -> str | None:
        return None if self.get(field) is None else self.text(field, most)

    def content(self, field: str) -> bytes:
        """Bytes, which JSON holds as Base64."""
        value = self.get(field)
        if not isinstance(value, str):
            raise self.damaged()
        try:
            return b64decode(value, validate=True)
        except ValueError as error:
            raise self.damaged() from error

    def count(self, field: str, most: int = GREATEST_COUNT) -> int:
        value = self.get(field)
        if type(value) is not int or not 0 <= value <= most:
            raise self.wrong(field)
        return value

    def count_or_none(self, field: str, most: int = GREATEST_COUNT) -> int | None:
        return None if self.get(field) is None else self.count(field, most)

    def number_or_none(self, field: str, most: float = GREATEST_NUMBER) -> float | None:
        value = self.get(field)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
            raise self.wrong(field)
        return float(value)

    def moment(self, field: str) -> datetime:
        try:
            moment = datetime.fromisoformat(self.text(field, LONGEST_NAME))
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError) as error:
            raise self.wrong(field) from error

    def moment_or_none(self, field: str) -> datetime | None:
        return None if self.get(field) is None else self.moment(field)

    def damaged(self) -> Unreadable:
        """What is said where no single field is to blame."""
        return Unreadable(f"{self._name} can't be read.")

    def wrong(self, field: str) -> Unreadable:
        """What is said of a field that is no such thing."""
        return Unreadable(f"{self._name} has a {field} that can't be read.")
