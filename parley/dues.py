"""What is counted, of whom, and in which words it is refused."""

from dataclasses import dataclass

from limits import RateLimitItem

from parley.archive import Due
from parley.conversation import MOST_IMAGES
from parley.neighbourhood import neighbourhood
from parley.parts import parts
from parley.rates import Rates, period_of

PAGES = 10  # that somebody may look at for the first time, for each message that may come from there: they cost less


@dataclass(frozen=True)
class Kind:
    """Something that is counted by itself, and may be done so many times as often as a message may be sent."""

    name: str
    done: str
    times: int = 1


MESSAGE = Kind("message", "sent")
IMAGE = Kind("image", "added", times=MOST_IMAGES)
IMPORT = Kind("file", "imported")
NEWCOMER = Kind("new visitor", "brought", times=PAGES)


def of_visitor(visitor: str, kind: Kind) -> list[Due]:
    """One more of a kind, by the rates that hold for each visitor."""
    return _dues(parts().config.visitor_limits, kind, visitor, "You have")


def of_address(kind: Kind) -> list[Due]:
    """The same for all who come from where this request comes from."""
    return _dues(parts().config.address_limits, kind, neighbourhood(), "Your network has")


def _dues(rates: Rates, kind: Kind, whose: str, who_has: str) -> list[Due]:
    return [_due(type(rate)(rate.amount * kind.times, rate.multiples), kind, whose, who_has) for rate in rates]


def _due(rate: RateLimitItem, kind: Kind, whose: str, who_has: str) -> Due:
    period = period_of(rate)
    many = f"{rate.amount:,} {kind.name}{'s' * (rate.amount > 1)}"
    words = f"{who_has} {kind.done} {many} in {period}, and that is the most."
    return Due(f"{kind.name} {whose} {period}", rate, words)
