"""What a model is asked on behalf of an answer: which model, and with which words."""

from contextlib import suppress

from parley.archive import Said
from parley.conversation import Settings, system_message
from parley.errors import ShuttingDown
from parley.inference.catalogue import Choice
from parley.inference.client import ChatRequest
from parley.inference.errors import InferenceError, Unconfigured, UnknownModel
from parley.inference.thinking import with_reasoning
from parley.inference.unasked import Unasked
from parley.parts import parts


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
    """Have the answer given, or failed where no model could be chosen."""
    if isinstance(choice, InferenceError):
        parts().answers.start(said.answer, Unasked(choice))
        return
    wishes = _wishes(said.conversation.settings)
    prompt = said.conversation.prompt(said.answer.id, system_message(parts().config.system_prompt, wishes.instructions))
    request = ChatRequest(choice.model, prompt, wishes.temperature, wishes.max_tokens)
    reply = choice.client.ask(with_reasoning(request, choice.client.attachment, wishes.reasoning))
    parts().answers.start(said.answer, reply, choice.model, choice.notice)


def _refuse_if_shutting_down() -> None:
    if not parts().answers.accepting:
        raise ShuttingDown


def _wishes(settings: Settings) -> Settings:
    """What a visitor may wish: nothing where the operator says so, whatever was kept before."""
    return settings if parts().config.visitor_settings else Settings()
