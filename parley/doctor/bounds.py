"""Does anything bound what strangers can spend?"""

from collections.abc import Iterator

from parley.config import Config
from parley.doctor.finding import Finding, warning, well
from parley.doctor.remedies import setting

SUBJECT = "limits"


def look(config: Config) -> Iterator[Finding]:
    bounds = _bounds(config)
    if bounds:
        yield well(SUBJECT, f"What can be spent is bounded by {', '.join(bounds)}.")
    elif config.behind_router:
        words = "Everybody may come in and spend your tokens, without end."
        yield warning(SUBJECT, words, setting(config, "ACCESS_CODE", "THREE-RANDOM-WORDS"))
    else:
        yield well(SUBJECT, "Nothing bounds what can be spent; on a machine of your own nothing has to.")


def _bounds(config: Config) -> list[str]:
    """The settings that bound it, of those that are set."""
    return ["ACCESS_CODE"] if config.access_code else []
