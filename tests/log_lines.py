"""The lines of a log, read again by the rules of logfmt, which are more than those of the code that wrote them."""

import re

Fields = dict[str, str]

_field = re.compile(r'([^\s="]+)=(?:"((?:[^"\\\n]|\\.)*)"|([^\s"=]*))(?: |$)')
_escape = re.compile(r"\\(u[0-9a-f]{4}|U[0-9a-f]{8}|.)")
_named = {"n": "\n", "r": "\r", "t": "\t"}


def fields(line: str) -> Fields:
    """What a line says. Raises ValueError where it is none, or says one thing twice."""
    found: Fields = {}
    place = 0
    while place < len(line):
        match = _field.match(line, place)
        if match is None or match[1] in found:
            raise ValueError(line)
        found[match[1]] = match[3] if match[2] is None else _escape.sub(_unescaped, match[2])
        place = match.end()
    return found


def lines(log: str) -> list[Fields]:
    """All lines of a log, but for those of a traceback."""
    return [fields(line) for line in log.split("\n") if line and not line.startswith("| ")]


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _named.get(code, code)
