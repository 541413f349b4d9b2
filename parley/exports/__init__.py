"""A conversation as a file that its visitor can take away: to read, to print, to give to another app of this kind."""

from parley.exports.document import as_html
from parley.exports.endings import how_it_ended
from parley.exports.naming import file_name, file_names
from parley.exports.record import FORMAT, VERSION, as_json
from parley.exports.texts import as_markdown, as_text

__all__ = [
    "FORMAT",
    "VERSION",
    "as_html",
    "as_json",
    "as_markdown",
    "as_text",
    "file_name",
    "file_names",
    "how_it_ended",
]
