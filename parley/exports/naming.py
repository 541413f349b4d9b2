"""What a file is called that a browser puts into a folder."""

import re
from unicodedata import normalize
from urllib.parse import quote

LONGEST = 60  # characters; file systems take 255 bytes, and a character has up to four

_special = re.compile(r'[\\/:*?"<>|]')


def file_name(title: str, ending: str) -> str:
    """The title as the name of a file, on any system. What can't be seen is left out: it could hide the ending."""
    visible = "".join(character for character in title if character.isprintable())
    words = " ".join(_special.sub(" ", visible).split())
    return f"{words[:LONGEST].strip('. ') or 'conversation'}.{ending}"


def file_names(title: str, ending: str) -> dict[str, str]:
    """The same as a header says it: once for everybody, and once in letters that any program can read."""
    name = file_name(title, ending)
    simple = normalize("NFKD", name).encode("ascii", "ignore").decode().removesuffix(f".{ending}").strip()
    return {"filename": f"{simple or 'conversation'}.{ending}", "filename*": f"UTF-8''{quote(name, safe='')}"}
