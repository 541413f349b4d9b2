"""Which models take images. No list of models says so, so the name has to do, unless the operator knows better."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from parley.inference.models import Model

# Families of models that look at images, as their makers name them.
SEEING = re.compile(
    r"nova-(2-)?(lite|pro|premier)"
    r"|gpt-?(4o|4\.1|5)|gemini|gemma-?3(?!n|-1b|-270m|:1b|:270m)"
    r"|llama-?4|llama-?3\.2-(11|90)b|llava|pixtral|smolvlm|minicpm-v|internvl|moondream|molmo"
    r"|vision|multimodal|(^|[^a-z])vl([^a-z]|$)|[0-9]vl([^a-z]|$)"
)
CLAUDE = re.compile(r"claude-(?:[a-z]+-)?(\d+)(?:[-.](\d{1,2})(?!\d))?")
FIRST_SEEING_CLAUDE = (4, 5)  # where Heroku offers it; earlier ones are offered for text only
NO_MODEL = "off"


def takes_images(model: Model, told: Sequence[str] = ()) -> bool:
    """Whether a model may be shown images: as the operator told, by names or patterns, else as far as is known."""
    if told:
        return any(fnmatchcase(model.id.lower(), pattern) for pattern in told if pattern != NO_MODEL)
    return any("image-to-text" in kind or "image-text-to-text" in kind for kind in model.kinds) or _sees(model.id)


def _sees(name: str) -> bool:
    name = name.lower()
    if claude := CLAUDE.search(name):
        return (int(claude[1]), int(claude[2] or 0)) >= FIRST_SEEING_CLAUDE
    return bool(SEEING.search(name))
