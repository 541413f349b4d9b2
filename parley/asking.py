"""What a model is asked on behalf of an answer: which model, and with which words."""

from parley.archive import Said
from parley.errors import ShuttingDown
from parley.inference.catalogue import Choice
from parley.inference.client import ChatRequest, Reply
from parley.inference.errors import InferenceError, Unconfigured, UnknownModel
from parley.inference.unasked import Unasked
from parley.parts import parts


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


def choose_again(model: str | None, wished: str | None = None) -> Choice:
    """The model that is wished for, or that was asked before; the default where the latter isn't offered any more."""
    if wished:
        return choose(wished)
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
    reply = choice.client.ask(ChatRequest(model=choice.model, messages=prompt))
    parts().answers.start(said.answer, reply, choice.model, choice.notice)


def ask_once(question: str, choice: Choice) -> Reply:
    """The reply to a question that is part of no conversation."""
    system_prompt = parts().config.system_prompt
    instructions = ({"role": "system", "content": system_prompt},) if system_prompt else ()
    return choice.client.ask(ChatRequest(choice.model, (*instructions, {"role": "user", "content": question})))
