"""What the model says to a question. The question determines every word, and each word has a number to be missed by."""

import re
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from string import ascii_lowercase

SECTIONS = (
    "## {}{}{}\n\n",
    "{}{}*{}* {}{}**{}** {}`{}` {}{}{}{}{}{}\n\n",
    "{}{}[{}](https://example.org/) {}{}{}{}\n\n",
    "- {}{}{}\n- {}{}{}{}\n- {}{}\n\n",
    "1. {}{}{}{}\n2. {}{}{}\n\n",
    "```python\n{} = {}\nif {}:\n    return {}\n```\n\n",
    "| {}| {}|\n|---|---|\n| {}| {}|\n| {}| {}|\n\n",
    "> {}{}{}{}{}\n\n",
    "{}{}\\(a^2 + b^2\\) {}{}{}{}{}\n\n",
)
SHORTEST = 5  # words
LONGEST = 3  # times the mean
TAG_LENGTH = 9
SHARE_OF_CUT_ANSWERS = 0.04
PIECE = re.compile(r"\s*\S+\s*")


@dataclass(frozen=True)
class Question:
    """What a visitor asks: for so many words that bear a tag of its own, all at once or in two breaths."""

    tag: str
    words: int
    breath: int | None = None

    def __str__(self) -> str:
        pause = f", and stop for breath after {self.breath}" if self.breath else ""
        return f"Say {self.words} words about {self.tag}{pause}.\n\nMind <b>these</b> & “those” \\(x\\) 🙂"

    @classmethod
    def read(cls, text: str) -> "Question":
        found = re.match(r"Say (\d+) words about ([a-z]+)(?:, and stop for breath after (\d+))?\.", text)
        if found is None:
            raise ValueError(f"not a question of ours: {text!r}")
        return cls(found[2], int(found[1]), int(found[3]) if found[3] else None)


def question(random: Random, mean: float) -> Question:
    """A question that nobody asked before, for about so many words. Most answers are short, a few are long."""
    tag = "".join(random.choices(ascii_lowercase, k=TAG_LENGTH))
    words = round(min(random.expovariate(1 / mean), LONGEST * mean)) + SHORTEST
    return Question(tag, words, words // 2 if random.random() < SHARE_OF_CUT_ANSWERS else None)


@lru_cache(maxsize=4096)
def speech(question: Question) -> str:
    """The whole answer: Markdown of all kinds, until there are words enough."""
    random = Random(question.tag)
    text, said = "", 0
    while said < question.words:
        section = random.choice(SECTIONS)
        words = section.count("{}")
        text += section.format(*(f"{question.tag}-{said + number}. " for number in range(1, words + 1)))
        said += words
    return text


def pieces(text: str) -> list[str]:
    """A text as a model says it: a word at a time, with the blanks after it."""
    return PIECE.findall(text)


def first_breath(question: Question) -> str:
    """What the model says before its answer is cut; all of it, where nothing is cut."""
    if question.breath is None:
        return speech(question)
    return speech(question).partition(f"{question.tag}-{question.breath}.")[0].rstrip()


def rest_of(question: Question, said: str) -> tuple[str, bool]:
    """What the model says after what was said already, and whether that is cut. What is said twice is a mistake."""
    text = speech(question)
    if said and text.startswith(said):
        return text.removeprefix(said), False
    return first_breath(question), question.breath is not None


def words_in(text: str, question: Question) -> list[int]:
    """The numbers of the words of an answer in some text, in their order."""
    return [int(number) for number in re.findall(rf"{question.tag}-(\d+)\.", text)]
