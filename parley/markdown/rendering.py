"""A source as the HTML of its blocks."""

from parley.markdown.grammar import events
from parley.markdown.highlighting import Showing
from parley.markdown.outline import Outline
from parley.markdown.references import References, Resolver
from parley.markdown.sanitizing import sanitized
from parley.markdown.writing import Writer


class Rendering:
    """The HTML of each block of a source below an outline, and what there is to know about it afterwards."""

    def __init__(self, source: str, references: References, show_code: Showing, outline: Outline) -> None:
        resolver = Resolver(references)
        writer = Writer(references, show_code, outline)
        for event, span in events(source, resolver):
            writer.write(event, span["end"])
        self.blocks = list(filter(None, map(sanitized, writer.blocks)))
        self.outline = writer.outline
        self.unknown_labels = resolver.unknown
        self.ends_in_text = writer.end_of_text == len(source.encode())
