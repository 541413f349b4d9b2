"""Text as it stands in HTML, escaped exactly as the sanitiser writes it."""

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\N{NO-BREAK SPACE}": "&nbsp;"})


def escaped(text: str) -> str:
    return text.translate(_ENTITIES)


def quoted(text: str) -> str:
    """The value of an attribute, with its quotes."""
    return '"' + escaped(text).replace('"', "&quot;") + '"'
