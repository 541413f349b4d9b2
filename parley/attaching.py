"""The images that come with a form: those that were kept before, and files that were picked since."""

from dataclasses import dataclass, field, replace

from flask import g, request
from werkzeug.datastructures import FileStorage

from parley import admission, images
from parley.conversation import ALT_LIMIT, MOST_IMAGES, Image, clean
from parley.dues import IMAGE
from parley.parts import parts
from parley.visitors import visitor

LONGEST_NAME = 60  # of a file, in words that are shown

TOO_MANY = "Only four images can go with one message. The first four are here."
GONE = "An image had been here for more than a day, and is gone. Add it once more."


@dataclass
class Attached:
    """What came with a form, and why some of it did not."""

    images: list[Image] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def attached() -> Attached:
    """The images of the form that this request carries. Its files are read and kept once, whoever asks how often.

    Where the database can't be reached, or there were too many, that is raised the first time, and what the form itself
    says is what there is.
    """
    if "attached" not in g:
        g.attached = Attached()
        _gather(g.attached)
    found: Attached = g.attached
    return found


def _gather(to: Attached) -> None:
    named = list(dict.fromkeys(request.form.getlist("image")))
    wanted = named[:MOST_IMAGES]
    to.images = [_described(Image(image, "", 0, 0)) for image in wanted]
    if wanted:
        kept = parts().archive.images.of_visitor(wanted, visitor())
        to.images = [_described(image) for image in kept]
        to.refusals += [GONE] * (len(kept) < len(wanted))
    files = [file for file in request.files.getlist("file") if file.filename]
    room = MOST_IMAGES - len(to.images)
    for file in files[:room]:
        _keep(file, to)
    if len(named) > MOST_IMAGES or len(files) > room:
        to.refusals.append(TOO_MANY)


def _keep(file: FileStorage, to: Attached) -> None:
    """It is paid for before it is read: what costs most is the reading."""
    admission.pay(IMAGE)
    try:
        read = images.read(file.stream.read(images.MOST_BYTES + 1))
    except images.Refused as refusal:
        to.refusals.append(f"“{_name(file)}” {refusal}")
    else:
        to.images.append(parts().archive.images.keep(visitor(), read.media_type, read.width, read.height, read.content))


def _described(image: Image) -> Image:
    """With what the visitor says it shows, as a single line."""
    alt = clean(request.form.get(f"alt-{image.id}", image.alt))
    return replace(image, alt=" ".join(alt.split())[:ALT_LIMIT])


def _name(file: FileStorage) -> str:
    name = clean(file.filename or "")
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
