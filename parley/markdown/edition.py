"""What HTML was made of, and by what: so that what other code made, or of another text, is never taken for ours.

All that has a say in it is in one digest, the edition: this package, the libraries, Python. Nobody has to remember to
raise a number, and a fix of the sanitiser makes everything anew. So does a comment here; that is little work, seldom.
"""

import sys
from collections.abc import Iterator
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

LIBRARIES = {"latex2mathml": "latex2mathml", "nh3": "nh3", "pygments": "Pygments", "pyromark": "pyromark"}
SOURCE = Path(__file__).parent


def imprint(text: str) -> str:
    """What stands beside the HTML of a text: the same only where this very code made it of these very words."""
    return blake2b(text.encode("utf-8", "surrogatepass"), key=_edition, digest_size=16).hexdigest()


def edition_of(source: Path) -> bytes:
    """That of the modules in a folder, with the libraries that are installed."""
    return blake2b("\0".join(_said_by(source)).encode(), digest_size=32).digest()


def _said_by(source: Path) -> Iterator[str]:
    yield sys.version
    for package in sorted(LIBRARIES.values()):
        yield f"{package} {version(package)}"
    for module in sorted(source.glob("*.py")):
        yield f"{module.name} {module.read_text(encoding='utf-8')}"


_edition = edition_of(SOURCE)  # when the modules are loaded: what is in the files later is not what runs
