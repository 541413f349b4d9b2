"""How often something may be done, as an operator writes it: `10 per minute, 300 per day`."""

from limits import RateLimitItem, parse_many

Rates = tuple[RateLimitItem, ...]

OF_A_VISITOR = "10 per minute, 300 per day"
OF_AN_ADDRESS = "30 per minute, 1000 per day"
OFF = "off"


def read_rates(text: str) -> Rates:
    """The rates that stand in a text; none where that is `off`. Raises ValueError."""
    if text == OFF:
        return ()
    rates = tuple(parse_many(text))
    if any(rate.amount < 1 or rate.multiples < 1 for rate in rates):
        raise ValueError(text)
    return rates


def period_of(rate: RateLimitItem) -> str:
    """The time of a rate, in words: a minute, an hour, 10 minutes."""
    unit = rate.GRANULARITY.name
    if rate.multiples > 1:
        return f"{rate.multiples} {unit}s"
    return f"{'an' if unit == 'hour' else 'a'} {unit}"
