"""Text as it stands in HTML, escaped exactly as the sanitiser writes it."""


def escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\N{NO-BREAK SPACE}", "&nbsp;")


def quoted(text: str) -> str:
    """The value of an attribute, with its quotes."""
    return '"' + escaped(text).replace('"', "&quot;") + '"'
