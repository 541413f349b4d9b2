"""The folder that a dyno serves: all of `static/`, joined and compressed once when the app starts."""

from hashlib import sha256
from pathlib import Path
from shutil import copyfile

from whitenoise.compress import Compressor

from parley.assets.joining import joined_modules, joined_styles

JOINED = ("css", "js")  # folders of which all is in one file

STYLE = "parley.css"
SCRIPTS = {"main": "parley.js", "folding": "folding.js", "way": "way.js"}  # each module that a page names, and its file


def build(source: Path, target: Path, styles: tuple[str, ...]) -> str:
    """Fill a folder from `static/`, and return a hash of all that is in it."""
    (target / STYLE).write_text(joined_styles(source / "css", styles))
    for entry, name in SCRIPTS.items():
        (target / name).write_text(joined_modules(source / "js", entry))
    _copy_the_rest(source, target)
    files = sorted(path for path in target.rglob("*") if path.is_file())
    version = sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]
    _compress(files)
    return version


def _copy_the_rest(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        place = path.relative_to(source)
        if path.is_file() and place.parts[0] not in JOINED:
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            copyfile(path, target / place)


def _compress(files: list[Path]) -> None:
    """Beside each file that gets smaller by it, the same as .br and .gz."""
    compressor = Compressor(quiet=True)
    for path in files:
        if compressor.should_compress(path.name):
            compressor.compress(str(path))
