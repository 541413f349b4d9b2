"""What a model is asked on behalf of an answer: which model, and with which words."""

from parley.archive import Said
from parley.database import DatabaseUnavailable
from parley.errors import ShuttingDown
from parley.inference.catalogue import Choice
from parley.inference.client import ChatRequest
from parley.inference.errors import InferenceError, Unconfigured, UnknownModel
from parley.inference.unasked import Unasked
from parley.parts import parts
from parley.showing import shown

OUT_OF_REACH = "The images of this conversation can't be reached at the moment. Retry shortly."


def choose(model: str | None) -> Choice:
    """Which model to ask, with which key. Raises what the visitor is told where there is none."""
    if not parts().answers.accepting:
        raise ShuttingDown
    return parts().catalogue.choose(model or None)


def choose_if_possible(model: str | None) -> Choice | InferenceError:
    """Which model to ask, or why none can be. A message is kept though the model's service can't be reached."""
    try:
        return choose(model)
    except (UnknownModel, Unconfigured):
        raise
    except InferenceError as failure:
        return failure


def choose_again(model: str | None) -> Choice:
    """The model that was asked before, or the default where it isn't offered any more."""
    try:
        return choose(model)
    except UnknownModel:
        return choose(None)


def ask(said: Said, choice: Choice | InferenceError) -> None:
    """Have the answer given, or failed where no model could be chosen."""
    if isinstance(choice, InferenceError):
        parts().answers.start(said.answer, Unasked(choice))
        return
    prompt = said.conversation.prompt(said.answer.id, parts().config.system_prompt)
    try:
        messages, unseen = shown(prompt, said.conversation, choice.model)
    except DatabaseUnavailable as failure:
        parts().answers.start(said.answer, Unasked(InferenceError(str(failure), advice=OUT_OF_REACH)), choice.model)
        return
    reply = choice.client.ask(ChatRequest(model=choice.model, messages=messages))
    notice = " ".join(filter(None, [choice.notice, unseen])) or None
    parts().answers.start(said.answer, reply, choice.model, notice)
