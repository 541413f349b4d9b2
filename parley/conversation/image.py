"""A picture that goes with a question."""

from dataclasses import dataclass

MOST_IMAGES = 4  # with one message: no limit is published, and so many are taken
ALT_LIMIT = 1000  # characters of an alternative text


@dataclass(frozen=True)
class Image:
    """A picture that goes with a question. Its bytes stay in the archive until somebody needs them."""

    id: str
    media_type: str
    width: int
    height: int
    alt: str = ""

    @property
    def in_words(self) -> str:
        """What stands for it where it can't be seen."""
        return f"[image: {self.alt}]" if self.alt else "[image]"
