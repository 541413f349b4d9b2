"""The line that the log has of each answer: how it ended, what happened when, and why; never what was said."""

import logging

from parley.answers.answer import Answer
from parley.answers.hearing import Hearing
from parley.conversation import State, Timings, Usage
from parley.inference.errors import InferenceError
from parley.logfmt import Fields, Line, counted, measured

NOTHING: Fields = {}

log = logging.getLogger("parley.answer")


def log_the_end(answer: Answer | Hearing, name: str, request_id: str | None, seconds: float) -> None:
    """Tell the operator of an answer that has ended, and by which request it was asked for."""
    ended_badly = answer.failure if answer.state in (State.FAILED, State.INTERRUPTED) else None
    line = Line(
        {"answer": name, "state": answer.state, "model": answer.model, "request_id": request_id},
        _cause(ended_badly) if ended_badly else NOTHING,
        _usage(answer.usage) if answer.usage else NOTHING,
        _numbers(answer.timings) if answer.timings else NOTHING,
        measured("answer", seconds * 1000),
        measured("answer.first_token", answer.timings.first_token if answer.timings else None),
        counted("answer", f"answer.{answer.state}"),
    )
    log.log(logging.WARNING if ended_badly else logging.INFO, line)


def _cause(failure: InferenceError) -> Fields:
    return {"kind": failure.kind, "status": failure.status, "cause": failure.cause}


def _usage(usage: Usage) -> Fields:
    return {"prompt_tokens": usage.prompt, "completion_tokens": usage.completion}


def _numbers(timings: Timings) -> Fields:
    """The numbers of `What the model saw`, without those that stand elsewhere in the line."""
    spans = {name: value for name, value in timings.spans.items() if name not in ("first_token", "ended")}
    return spans | {"retries": timings.retries, "reconnects": timings.reconnects, "finish": timings.finish}
