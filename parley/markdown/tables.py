"""The elements of a table, in the order in which its parts come."""

_OPENING = '<div class="table" tabindex="0" role="group" aria-label="Table"><table>'
_CLOSING = "</table></div>"

Element = tuple[str, str]


class Table:
    """Aligns by class, and has a body only if there is a row below its head."""

    element = (_OPENING, _CLOSING)

    def __init__(self, alignments: tuple[str, ...]) -> None:
        self._sides = ["" if side == "None" else f' class="{side.lower()}"' for side in alignments]
        self._column = 0
        self._is_in_head = False
        self._has_body = False

    @property
    def closing(self) -> str:
        return "</tbody>" + _CLOSING if self._has_body else _CLOSING

    def head(self) -> Element:
        self._is_in_head = True
        return "<thead><tr>", "</tr></thead>"

    def row(self) -> Element:
        opening = "<tr>" if self._has_body else "<tbody><tr>"
        self._column = 0
        self._is_in_head = False
        self._has_body = True
        return opening, "</tr>"

    def cell(self) -> Element:
        side = self._sides[self._column]
        self._column += 1
        return (f'<th scope="col"{side}>', "</th>") if self._is_in_head else (f"<td{side}>", "</td>")
