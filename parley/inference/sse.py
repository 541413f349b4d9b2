"""Server-sent events as model servers send them: from bytes, cut anywhere, to the data of each event."""

from parley.inference.errors import Garbled

LONGEST_EVENT = 4 * 1024 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Message = tuple[bytes, bytes]  # the name of an event, mostly empty, and its data


class MessageReader:
    """Puts lines together from pieces, and messages together from lines.

    Bytes are split into lines before anything is decoded: a piece may end inside a character, and the text of a model
    may hold marks that Unicode, but not this protocol, takes for the end of a line.
    """

    def __init__(self) -> None:
        self.stray = bytearray()
        self.has_begun = False
        self._rest = bytearray()
        self._name = b""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, piece: bytes) -> list[Message]:
        """The messages that this piece completes."""
        whole, newline, rest = piece.rpartition(b"\n")
        if not newline:
            self._rest += rest
            self._refuse_if_endless(len(self._rest))
            return []

        lines = bytes(self._rest + whole).split(b"\n")
        self._rest = bytearray(rest)
        return self._messages(lines)

    def end(self) -> list[Message]:
        """The message that was left without its empty line when the body ended."""
        last, self._rest = bytes(self._rest), bytearray()
        return self._messages([last, b""])

    def _messages(self, lines: list[bytes]) -> list[Message]:
        messages = []
        for line in lines:
            if line.startswith(b"data:"):
                self._data.append(line[5:])
                self._size += len(line)
            elif line in (b"", b"\r"):
                if self._data:
                    messages.append(self._completed())
                self._name = b""
            elif line.startswith(b"event:"):
                self._name = line[6:].strip()
            else:
                self._note(line.rstrip(b"\r"))
        self._refuse_if_endless(self._size)
        return messages

    def _completed(self) -> Message:
        content = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        self._data.clear()
        self._size = 0
        if not self.has_begun:
            self.has_begun = True
            self.stray.clear()
        return self._name, content

    def _note(self, line: bytes) -> None:
        """Take what a line says that is neither data, name nor empty. Comments and other fields say nothing to us."""
        if line.startswith(BYTE_ORDER_MARK):
            self._messages([line.removeprefix(BYTE_ORDER_MARK)])
        elif not self.has_begun and not line.startswith((b":", b"id:", b"retry:")):
            self._stray_from_the_protocol(line)

    def _stray_from_the_protocol(self, line: bytes) -> None:
        """Keep a body that is no event stream: some servers answer with a whole document where a stream was due."""
        self.stray += line + b"\n"
        self._refuse_if_endless(len(self.stray))

    def _refuse_if_endless(self, size: int) -> None:
        if size > LONGEST_EVENT:
            raise Garbled(f"an event longer than {LONGEST_EVENT} bytes")
