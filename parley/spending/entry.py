"""One call to a model, as the ledger has it: what was set aside for it, and in the end what it took."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import uuid4

from parley.conversation import State, Usage
from parley.inference.costs import Cost, at_most
from parley.inference.errors import InferenceError, Moved, Rejected, Unavailable, Unreachable
from parley.inference.fitting import tokens_in

UNREAD = 256  # tokens that a model may have written, and we not read, when it was hung up on

WAS_REFUSED = (Rejected, Unavailable, Unreachable, Moved)
IS_WHOLE = (State.COMPLETE, State.LENGTH)


@dataclass(frozen=True)
class Entry:
    """A call that runs counts for all that it may take, one that has ended for what was `charged`.

    It knows which answer it was for, where that is kept, and no word of it.
    """

    id: str
    model: str
    cost: Cost
    began_at: datetime
    answer: str | None = None
    attempt: int = 0
    state: State = State.RUNNING
    failure: str | None = None
    usage: Usage | None = None
    is_estimated: bool = False
    charged: int | None = None
    first_token: int | None = None  # milliseconds
    seconds: float | None = None

    @classmethod
    def begun(cls, model: str, cost: Cost, answer: str | None = None, attempt: int = 0) -> "Entry":
        return cls(str(uuid4()), model, cost, datetime.now(UTC), answer, attempt)

    @property
    def day(self) -> date:
        """The day that it counts for, by UTC: the one it began on."""
        return self.began_at.date()

    @property
    def reserved(self) -> int:
        return self.cost.most

    def ended(
        self,
        state: State,
        *,
        words: str,
        usage: Usage | None = None,
        failure: InferenceError | None = None,
        first_token: int | None = None,
        seconds: float | None = None,
    ) -> "Entry":
        """What it took: as the model's service says, else by the words that came, thoughts included."""
        is_told = usage is not None and state in IS_WHOLE
        is_free = isinstance(failure, WAS_REFUSED) and not words and usage is None
        return replace(
            self,
            state=state,
            failure=failure.kind if failure else None,
            usage=Usage(0, 0) if is_free else usage if is_told else self._estimated(words, usage),
            is_estimated=not (is_told or is_free),
            charged=0 if is_free else _sum(usage) if is_told else self._at_most(words, usage),
            first_token=first_token,
            seconds=seconds,
        )

    def _estimated(self, words: str, told: Usage | None) -> Usage:
        """About how much it was, for whoever wants to know."""
        prompt, completion = (told.prompt, told.completion) if told else (self.cost.prompt, 0)
        return Usage(prompt, max(completion, tokens_in(words)))

    def _at_most(self, words: str, told: Usage | None) -> int:
        """What it counts for, so that nobody can spend more than is counted by hanging up before the usage is told."""
        prompt = told.prompt if told else self.cost.most_prompt
        unseen = self.cost.most_answer if not words else at_most(words) + UNREAD
        return prompt + max(told.completion if told else 0, min(unseen, self.cost.most_answer))


def _sum(usage: Usage | None) -> int:
    return usage.prompt + usage.completion if usage else 0
