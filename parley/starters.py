"""Prompts worth trying, for the page of a conversation that has not begun: the operator's, or ours."""

from dataclasses import dataclass
from urllib.parse import quote

import orjson

MOST_SHOWN = 4
LONGEST_PROMPT = 3000  # bytes of a prompt in a link; gunicorn refuses an address line longer than 4094


@dataclass(frozen=True)
class Starter:
    """A prompt, and what the page calls it."""

    title: str
    prompt: str


OURS = (
    Starter(
        "Explain it simply",
        "Explain what happens between typing a web address and seeing the page. Use plain words and one comparison.",
    ),
    Starter(
        "Write a small script",
        "Write a short Python script that reads a CSV file and prints the three largest values of its last column.",
    ),
    Starter(
        "Plan a deployment",
        "Give me a checklist for putting a small Flask app on Heroku: Procfile, config vars, database, logs.",
    ),
    Starter(
        "Find better words",
        "Make this friendlier and shorter: “Your request can't be processed until the missing documents are received.”",
    ),
)


def read_starters(text: str) -> tuple[Starter, ...]:
    """The starters of a JSON list, of texts or of objects with `title` and `prompt`. Raises ValueError."""
    listed = orjson.loads(text)
    if not isinstance(listed, list):
        raise ValueError("not a list")
    return tuple(map(_starter, listed))


def _starter(entry: object) -> Starter:
    match entry:
        case str(prompt) if prompt.strip():
            return _checked(Starter(prompt.strip(), prompt.strip()))
        case {"title": str(title), "prompt": str(prompt)} if title.strip() and prompt.strip():
            return _checked(Starter(title.strip(), prompt.strip()))
    raise ValueError("neither a text nor an object with title and prompt")


def _checked(starter: Starter) -> Starter:
    if len(quote(starter.prompt)) > LONGEST_PROMPT:
        raise ValueError(f"a prompt of more than {LONGEST_PROMPT} bytes in a link")
    return starter
