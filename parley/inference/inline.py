"""Thoughts that a model writes at the head of its text, between tags, where its server doesn't tell them apart."""

from collections.abc import Callable

from parley.inference.events import Event, Reasoning, Text

TAGS = ("<think>", "<thinking>", "<reasoning>")


class InlineThoughts:
    """Is fed with an answer's text piece by piece and tells what of it is thought and what is said.

    Only a block at the very beginning counts: further down, somebody may be speaking of such tags. What could be the
    beginning of one is held back until there is more of it.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._read = self._find_the_opening
        self._closing = ""
        self.are_over = False  # whether all that still comes is said

    def feed(self, text: str) -> list[Event]:
        """What is certain by now."""
        self._rest += text
        events, before = [], None
        while self._read != before:  # what one has read to its end, the next goes on with
            before = self._read
            events += self._read()
        self.are_over = self._read == self._speak
        return events

    def end(self) -> list[Event]:
        """What was held back, since there is no more."""
        rest, self._rest = self._rest, ""
        return _if_any(Reasoning if self._read == self._think else Text, rest)

    def _find_the_opening(self) -> list[Event]:
        begun = self._rest.lstrip()
        tag = next((tag for tag in TAGS if begun.startswith(tag)), None)
        if tag:
            self._closing = tag.replace("<", "</")
            self._rest = begun.removeprefix(tag)
            self._read = self._skip_blanks_and_think
        elif not any(tag.startswith(begun) for tag in TAGS):
            self._read = self._speak
        return []

    def _skip_blanks_and_think(self) -> list[Event]:
        return self._skip_blanks_and(self._think)

    def _think(self) -> list[Event]:
        thought, closing, said = self._rest.partition(self._closing)
        if closing:
            self._rest = said
            self._read = self._skip_blanks_and_speak
        else:
            thought = _without_a_beginning_of(self._closing, thought)
            self._rest = self._rest.removeprefix(thought.rstrip())
        return _if_any(Reasoning, thought.rstrip())

    def _skip_blanks_and_speak(self) -> list[Event]:
        return self._skip_blanks_and(self._speak)

    def _speak(self) -> list[Event]:
        said, self._rest = self._rest, ""
        return _if_any(Text, said)

    def _skip_blanks_and(self, read: Callable[[], list[Event]]) -> list[Event]:
        self._rest = self._rest.lstrip()
        if self._rest:
            self._read = read
        return []


def _if_any(kind: type[Text] | type[Reasoning], text: str) -> list[Event]:
    return [kind(text)] if text else []


def _without_a_beginning_of(tag: str, text: str) -> str:
    """The text without what may be the first half of a tag at its end."""
    for length in range(len(tag) - 1, 0, -1):
        if text.endswith(tag[:length]):
            return text[:-length]
    return text
