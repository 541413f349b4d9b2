"""Does anything bound what strangers can spend?"""

from collections.abc import Iterator

from parley.config import Config
from parley.doctor.finding import Finding, warning, well
from parley.doctor.remedies import setting

SUBJECT = "limits"


def look(config: Config) -> Iterator[Finding]:
    bounds = _bounds(config)
    if bounds:
        yield well(SUBJECT, f"What can be spent is bounded by {' and '.join(bounds)}.")
    elif config.behind_router:
        words = "Everybody may come in and spend your tokens, without end."
        yield warning(SUBJECT, words, setting(config, "DAILY_TOKEN_BUDGET", "1000000"))
    else:
        yield well(SUBJECT, "Nothing bounds what can be spent; on a machine of your own nothing has to.")


def _bounds(config: Config) -> list[str]:
    """The settings that bound it, of those that are set. Rates bound what one visitor spends, not what all do."""
    bounds = {"ACCESS_CODE": config.access_code, "DAILY_TOKEN_BUDGET": config.daily_token_budget}
    return [name for name, value in bounds.items() if value]
