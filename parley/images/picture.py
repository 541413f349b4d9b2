"""What comes of a file: a picture, or words on why there is none."""

from dataclasses import dataclass

MOST_BYTES = 10 * 1024 * 1024  # of one file; a photo of a phone has 3 to 8 MB

NO_IMAGE = "is no PNG, JPEG, GIF or WebP image. Send one of these."
DAMAGED = "can't be read: it is damaged, or not whole. Send it once more, or another."
TOO_HEAVY = f"is larger than {MOST_BYTES // 1024**2} MB. Make it smaller, then send it."
TOO_LARGE = "has more pixels than can be read here. Make it smaller, then send it."


class Refused(Exception):
    """A file that is not taken. Its words go on from the name of the file."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept and sent."""

    media_type: str
    width: int
    height: int
    content: bytes
