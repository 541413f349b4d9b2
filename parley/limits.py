"""How often something may be done: rates, counted in the database, so that all processes and dynos count as one."""

import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from parley.archive import Counters

# Wrong access codes within ten minutes. From one address as many as a class of pupils might need; in all so few that
# six letters hold for decades. A window begins with the first try in it.
WRONG_CODES_FROM_AN_ADDRESS = RateLimitItemPerMinute(20, 10, "wrong codes from an address")
WRONG_CODES_IN_ALL = RateLimitItemPerMinute(100, 10, "wrong codes in all")

# Looks at how the app is set up within ten minutes, by all who may: each asks every model.
EXAMINATIONS = RateLimitItemPerMinute(10, 10, "examinations")


class TooOften(Exception):
    """Something was done more often than its rate allows. In `retry_after` seconds it may be done again."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(retry_after)


class Limits:
    """Counts what is done, and says when it is too much."""

    def __init__(self, counters: Counters) -> None:
        self._counting = FixedWindowRateLimiter(counters)

    def count(self, rate: RateLimitItem, *of: str, cost: int = 1) -> None:
        """Count what somebody does. Raises TooOften where that is more than the rate allows.

        A `cost` of 0 adds nothing, but is refused like all others once there was too much.
        """
        if not self._counting.hit(rate, *of, cost=cost):
            ends_at = self._counting.get_window_stats(rate, *of).reset_time
            raise TooOften(max(1, ends_at - time.time()))
