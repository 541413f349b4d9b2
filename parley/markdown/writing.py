"""The parser's events as HTML. All text is escaped on its way in, so what a model wrote cannot become an element."""

import re
from typing import Any

from parley.markdown import links
from parley.markdown.escaping import escaped
from parley.markdown.formulas import MASK, source_of, unmask
from parley.markdown.highlighting import Showing, language_of
from parley.markdown.mathml import formula
from parley.markdown.outline import Outline, level_in, with_heading
from parley.markdown.references import References
from parley.markdown.tables import Table

# Deeper than this, lists and quotes are shown as their text alone: no answer needs them, and browsers give up as well.
DEEPEST = 32

_PLAIN = {"Paragraph": "p", "HtmlBlock": "p", "Emphasis": "em", "Strong": "strong", "Strikethrough": "del"}
_MARKS = {"Rule": "<hr>", "HardBreak": "<br>", "SoftBreak": "\n"}
_LINE_BREAK = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)


class Writer:
    """Takes the events one after the other. `blocks` are those that have ended."""

    def __init__(self, references: References, show_code: Showing, outline: Outline) -> None:
        self.blocks: list[str] = []
        self.end_of_text = -1
        self.outline = outline
        self._references = references
        self._show_code = show_code
        self._html: list[str] = []
        self._closing: list[str] = []
        self._items: list[int] = []
        self._code: list[str] = []
        self._language = ""
        self._in_code = False
        self._in_link = False
        self._image = ""
        self._table = Table(())

    def write(self, event: Any, end: int) -> None:
        """`end_of_text` is where the source stands if text was the last thing in it."""
        if isinstance(event, str):
            self._html.append(_MARKS[event])
            self.end_of_text = -1
        else:
            ((kind, content),) = event.items()
            _WRITE[kind](self, content)
            if kind != "End":
                self.end_of_text = end if kind == "Text" else -1
        if not self._closing:
            self._end_block()

    def _end_block(self) -> None:
        self.blocks.append("".join(self._html))
        self._html.clear()

    # What there is to read

    def _text(self, text: str) -> None:
        if self._in_code:
            self._code.append(unmask(text))
            return
        show = escaped if self._in_link else links.linked
        if "\x02" not in text:
            self._html.append(show(text))
            return
        for number, part in enumerate(MASK.split(text)):
            self._html.append(formula(source_of(part)) if number % 2 else show(part))

    def _code_in_line(self, code: str) -> None:
        self._html.append(f"<code>{escaped(unmask(code))}</code>")

    def _block_of_html(self, html: str) -> None:
        self._html.append(escaped(unmask(html)).replace("\n", "<br>"))

    def _html_in_line(self, html: str) -> None:
        """Shown as it was written, but for the one element that models use where Markdown has nothing: a new line."""
        self._html.append("<br>" if _LINE_BREAK.fullmatch(html) else escaped(unmask(html)))

    def _task(self, done: bool) -> None:
        if self._items and self._items[-1] >= 0:
            self._html[self._items[-1]] = '<li class="task">'
        label = 'aria-label="Done" checked' if done else 'aria-label="To do"'
        self._html.append(f'<input type="checkbox" disabled {label}> ')

    # What begins and ends

    def _start(self, tag: Any) -> None:
        name, details = (tag, None) if isinstance(tag, str) else next(iter(tag.items()))
        if name in _PLAIN:
            self._open(f"<{_PLAIN[name]}>", f"</{_PLAIN[name]}>", deepest=2 * DEEPEST)
        else:
            _START[name](self, details)

    def _end(self, tag: Any) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        if name in _END:
            _END[name](self)
        self._html.append(self._closing.pop())

    def _open(self, opening: str, closing: str, deepest: int = DEEPEST) -> None:
        """What is too deep is opened as nothing, and so is what only makes sense within it."""
        if len(self._closing) < deepest:
            self._html.append(opening)
            self._closing.append(closing)
        else:
            self._closing.append("")

    def _open_within(self, opening: str, closing: str) -> None:
        self._open(opening, closing, deepest=2 * DEEPEST if self._closing[-1] else 0)

    def _heading(self, heading: Any) -> None:
        self.outline = with_heading(self.outline, int(heading["level"][1]))
        name = f"h{level_in(self.outline)}"
        self._open(f"<{name}>", f"</{name}>", deepest=2 * DEEPEST)

    def _quote(self, _: None) -> None:
        self._open("<blockquote>", "</blockquote>")

    def _list(self, number: int | None) -> None:
        if number is None:
            self._open("<ul>", "</ul>")
        else:
            self._open("<ol>" if number == 1 else f'<ol start="{number}">', "</ol>")

    def _item(self, _: None) -> None:
        self._items.append(len(self._html) if self._closing[-1] else -1)
        self._open_within("<li>", "</li>")

    def _end_item(self) -> None:
        self._items.pop()

    def _end_block_of_html(self) -> None:
        self._html[-1] = self._html[-1].removesuffix("<br>")

    # Code

    def _code_block(self, kind: Any) -> None:
        self._in_code = True
        self._language = language_of(kind["Fenced"]) if kind != "Indented" else ""
        self._closing.append("")

    def _end_code_block(self) -> None:
        self._html.append(self._show_code("".join(self._code).removesuffix("\n"), self._language))
        self._code.clear()
        self._in_code = False

    # Links, and images as links

    def _link(self, link: Any) -> None:
        address, title = self._references.target_of(link)
        is_bare = link["link_type"] == "Autolink"
        self._open_link(address, links.opening_bare(address) if is_bare else links.opening(address, title))

    def _open_link(self, address: str, opening: str) -> None:
        """A link within a link, or to where none may lead, is its words."""
        if self._in_link or not links.is_allowed(address):
            self._closing.append("")
            return
        self._in_link = True
        self._html.append(opening)
        self._closing.append("</a>")

    def _end_link(self) -> None:
        if self._closing[-1]:
            self._in_link = False

    def _start_image(self, image: Any) -> None:
        self._image, title = self._references.target_of(image)
        self._open_link(self._image, links.opening(self._image, title))

    def _end_image(self) -> None:
        """An image without words is shown as its address."""
        if self._html and self._html[-1].startswith("<a "):
            self._html.append(escaped(self._image))
        self._end_link()

    # Tables

    def _start_table(self, alignments: Any) -> None:
        self._table = Table(alignments)
        self._open(*self._table.element)

    def _end_table(self) -> None:
        if self._closing[-1]:
            self._closing[-1] = self._table.closing

    def _table_head(self, _: None) -> None:
        self._open_within(*self._table.head())

    def _table_row(self, _: None) -> None:
        self._open_within(*self._table.row())

    def _table_cell(self, _: None) -> None:
        self._open_within(*self._table.cell())


_WRITE: dict[str, Any] = {
    "Start": Writer._start,
    "End": Writer._end,
    "Text": Writer._text,
    "Code": Writer._code_in_line,
    "Html": Writer._block_of_html,
    "InlineHtml": Writer._html_in_line,
    "TaskListMarker": Writer._task,
}
_START: dict[str, Any] = {
    "Heading": Writer._heading,
    "BlockQuote": Writer._quote,
    "List": Writer._list,
    "Item": Writer._item,
    "CodeBlock": Writer._code_block,
    "Link": Writer._link,
    "Image": Writer._start_image,
    "Table": Writer._start_table,
    "TableHead": Writer._table_head,
    "TableRow": Writer._table_row,
    "TableCell": Writer._table_cell,
}
_END: dict[str, Any] = {
    "Item": Writer._end_item,
    "HtmlBlock": Writer._end_block_of_html,
    "CodeBlock": Writer._end_code_block,
    "Link": Writer._end_link,
    "Image": Writer._end_image,
    "Table": Writer._end_table,
}
