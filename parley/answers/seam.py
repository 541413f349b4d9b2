"""Where an answer that ended too soon goes on."""


class Seam:
    """Joins more words to a text. Blanks at its end are not sent to a model, which then says them once more."""

    def __init__(self, before: str) -> None:
        self._blanks = before[len(before.rstrip()) :]

    def join(self, text: str) -> str:
        """What to add of the next words: all of them, but for blanks with which the text ended already."""
        told_again = 0
        while self._blanks and text[told_again : told_again + 1] == self._blanks[0]:
            self._blanks = self._blanks[1:]
            told_again += 1
        if told_again < len(text):
            self._blanks = ""
        return text[told_again:]
