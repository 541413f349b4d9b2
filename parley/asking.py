"""What a model is asked on behalf of an answer: which model, and with which words."""

from contextlib import suppress
from functools import partial

from parley.answers.hearing import Hearing
from parley.archive import Said
from parley.budget import Unaffordable
from parley.conversation import Conversation, Prompt, Settings, first_still_read, system_message
from parley.database import DatabaseUnavailable
from parley.errors import ShuttingDown
from parley.inference.catalogue import Choice
from parley.inference.client import ChatRequest
from parley.inference.errors import InferenceError, Unconfigured, UnknownModel
from parley.inference.thinking import with_reasoning
from parley.inference.unasked import Unasked
from parley.parts import parts
from parley.recall import described
from parley.showing import Shown, shown

CUT = "This conversation has become longer than the model can read. What was said first is no longer sent to it."
OUT_OF_REACH = "What belongs to this conversation can't be reached at the moment. Retry shortly."


def choose(model: str | None) -> Choice:
    """Which model to ask, with which key. Raises what the visitor is told where there is none."""
    _refuse_if_shutting_down()
    return parts().catalogue.choose(model or None)


def choose_if_possible(picked: str | None, usual: str | None = None) -> Choice | InferenceError:
    """Which model to ask, or why none can be. A message is kept though the model's service can't be reached."""
    try:
        return choose(picked) if picked else choose_again(usual)
    except (UnknownModel, Unconfigured):
        raise
    except InferenceError as failure:
        return failure


def choose_again(*models: str | None) -> Choice:
    """The first of these that is still offered. Where none is, what takes the place of the last."""
    _refuse_if_shutting_down()
    *better, last = models
    for model in filter(None, better):
        with suppress(UnknownModel):
            return choose(model)
    return parts().catalogue.choose_again(last)


def ask(said: Said, choice: Choice | InferenceError) -> None:
    """Have the answer given, or failed where no model could be chosen, or may be asked."""
    if isinstance(choice, InferenceError):
        parts().answers.start(said.answer, Unasked(choice))
        return
    try:
        _ask(said, choice)
    except Unaffordable as failure:
        parts().answers.start(said.answer, Unasked(failure), choice.model)
    except DatabaseUnavailable as failure:
        parts().answers.start(said.answer, Unasked(InferenceError(str(failure), advice=OUT_OF_REACH)), choice.model)


def hear(question: str, choice: Choice) -> Hearing:
    """Have a question answered that is part of no conversation. Raises Unaffordable."""
    system_prompt = parts().config.system_prompt
    instructions = ({"role": "system", "content": system_prompt},) if system_prompt else ()
    messages = (*instructions, {"role": "user", "content": question})
    request, entry = parts().budget.begin(ChatRequest(choice.model, messages))
    return parts().answers.hear(choice.client.ask(request), entry)


def _refuse_if_shutting_down() -> None:
    if not parts().answers.accepting:
        raise ShuttingDown


def _ask(said: Said, choice: Choice) -> None:
    seen = shown(_words(said, choice), said.conversation, choice.model)
    request, entry = parts().budget.begin(_request(said, seen, choice), said.answer.id, said.answer.attempt)
    describe = partial(described, said.conversation, said.answer.id, parts().config.system_prompt, seen.lengths)
    notice = _notice(said, choice, request, seen)
    parts().answers.start(said.answer, choice.client.ask(request), choice.model, notice, describe, entry)


def _words(said: Said, choice: Choice) -> Prompt:
    """The branch down to the question, after the instructions of the operator and of the visitor."""
    instructions = system_message(parts().config.system_prompt, _wishes(said.conversation.settings).instructions)
    return _still_read(said, choice.model).prompt(said.answer.id, instructions)


def _request(said: Said, seen: Shown, choice: Choice) -> ChatRequest:
    """What the model is shown, cut to what it can hold, and the wishes that go with it."""
    config, wishes = parts().config, _wishes(said.conversation.settings)
    request = ChatRequest(
        model=choice.model,
        messages=seen.messages,
        temperature=wishes.temperature,
        max_tokens=wishes.max_tokens,
        context=config.context_limit or parts().catalogue.context_of(choice.model),
    )
    return with_reasoning(request, choice.client.attachment, wishes.reasoning)


def _wishes(settings: Settings) -> Settings:
    """What a visitor may wish: nothing where the operator says so, whatever was kept before."""
    return settings if parts().config.visitor_settings else Settings()


def _still_read(said: Said, model: str) -> Conversation:
    """The conversation, without what this model has refused as too much. It would refuse it once more."""
    asked = (message.asked for message in reversed(said.conversation.branch(said.question.id)))
    refused = (one for one in asked if one and one.was_too_long and one.fields.get("model") == model)
    first = next((one.first for one in refused), None)
    return said.conversation.beginning_with(first) if first else said.conversation


def _notice(said: Said, choice: Choice, request: ChatRequest, seen: Shown) -> str | None:
    """What the visitor should know at once. That something is left out is said once, and then shown by a line."""
    was_cut = first_still_read(said.conversation.branch(said.question.id))
    notices = (choice.notice, CUT if request.is_cut and not was_cut else None, seen.notice)
    return " ".join(filter(None, notices)) or None
