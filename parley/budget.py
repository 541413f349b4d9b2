"""How much may be asked of models in a day: what a call may take is set aside before it is made, or it is not made.

So a stranger can spend no more than one number, however many ask at the same time, of however many processes. The check
and the setting aside are one short transaction in the database, which all of them have in common.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from parley.archive import Ledger
from parley.inference.client import ChatRequest
from parley.inference.costs import Cost, at_most, cost_of, limited_to
from parley.inference.errors import InferenceError
from parley.spending import MEANWHILE, USED_UP, Allowance, Day, Entry, Report, Sums, begins_anew, until_midnight

SHORTEST_ANSWER = 256  # tokens: with less to answer in, a model is not asked
SHORTEST_PROMPT = 512  # tokens at most, besides the operator's instructions
MOMENT = 20  # seconds until it makes sense to ask again where others have set aside what is left

TOO_LONG = "This is too long for what is left of today's allowance. Send something shorter, or begin a new chat."
IN_USE = "What is left of today's allowance is being used for other answers. Try again in a moment."

Done = TypeVar("Done")


class Unaffordable(InferenceError):
    """No model is asked, for want of tokens. In `retry_after` seconds there are some again."""

    status = 429


class Spent(Unaffordable):
    """There is not enough left for anything."""

    kind = "allowance_spent"

    def __init__(self) -> None:
        super().__init__(advice=f"{USED_UP} {begins_anew()} {MEANWHILE}", retry_after=until_midnight())


class TooDear(Unaffordable):
    """There is something left, but not enough for this."""

    kind = "allowance_too_small"

    def __init__(self) -> None:
        super().__init__(advice=f"{TOO_LONG} {begins_anew()}", retry_after=until_midnight())


class SetAside(Unaffordable):
    """There is enough left, but others have set it aside for answers that are being written."""

    kind = "allowance_set_aside"

    def __init__(self) -> None:
        super().__init__(advice=IN_USE, retry_after=MOMENT)


class Budget:
    """The tokens of a day, where the operator has set how many. Without, calls are written down and none is refused."""

    def __init__(self, ledger: Ledger, tokens: int | None, instructions: str = "") -> None:
        self._ledger = ledger
        self._tokens = tokens
        self._least = SHORTEST_PROMPT + at_most(instructions) + SHORTEST_ANSWER

    def allowance(self) -> Allowance | None:
        """What is left of today's, where there is such a thing."""
        return Allowance(self._tokens, self._ledger.day(), self._least) if self._tokens else None

    def report(self, days: int) -> Report:
        """What models took in so many days, today among them."""
        self._ledger.settle_the_abandoned()
        today = datetime.now(UTC).date()
        since = today - timedelta(days=days - 1)
        tables = [self._ledger.sums(since, *by) for by in ((), ("day",), ("model",), ("day", "model"))]
        total, by_day, by_model, by_both = tables
        day = self._ledger.day(today)
        return Report(since, today, total[0] if total else Sums(), by_day, by_model, by_both, day, self.allowance())

    def require_some(self, text: str = "") -> None:
        """Raise Unaffordable where there is no point in keeping this text and asking a model about it.

        It is only a look: `begin` is the judge, which knows what else goes with the text.
        """
        if self._tokens:
            self._with_what_was_abandoned(lambda: self._require(Cost(0, at_most(text) + self._least, 0)))

    def begin(self, request: ChatRequest, answer: str | None = None, attempt: int = 0) -> tuple[ChatRequest, Entry]:
        """Set aside what a call may take. Returns the request, limited to that, and its place in the ledger.

        `answer` is the id of the answer that the call is for, where that is kept. Raises Unaffordable.
        """
        entry = Entry.begun(request.model, cost_of(request), answer, attempt)
        if self._tokens is None:
            return request, entry
        entry = self._with_what_was_abandoned(lambda: self._reserve(entry))
        return limited_to(request, entry.cost.most_answer), entry

    def _require(self, cost: Cost) -> None:
        self._granted(self._ledger.day(), cost)

    def _reserve(self, entry: Entry) -> Entry:
        return self._ledger.reserve(entry, lambda day: replace(entry, cost=self._granted(day, entry.cost)))

    def _granted(self, day: Day, cost: Cost) -> Cost:
        """What is left for a call: all it may want, or a shorter answer. Raises Unaffordable."""
        allowance = Allowance(self._tokens or 0, day, self._least)
        if allowance.is_spent:
            raise Spent
        shortest = min(SHORTEST_ANSWER, cost.most_answer)
        if cost.most_prompt + shortest > allowance.left:
            raise TooDear
        if cost.most_prompt + shortest > allowance.free:
            raise SetAside
        return replace(cost, most_answer=min(cost.most_answer, allowance.free - cost.most_prompt))

    def _with_what_was_abandoned(self, attempt: Callable[[], Done]) -> Done:
        """Do it; once more, where only what dead processes have set aside is in the way."""
        try:
            return attempt()
        except SetAside:
            if not self._ledger.settle_the_abandoned():
                raise
        return attempt()
