"""Is the key taken, and does each model answer?"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from parley.config import Config
from parley.doctor.asking import PATIENCE, Asked, ask
from parley.doctor.finding import Finding, broken, warning, well
from parley.doctor.remedies import setting
from parley.inference.catalogue import Catalogue, Choice
from parley.inference.client import InferenceClient
from parley.inference.errors import InferenceError, Unauthorized, Unreachable
from parley.inference.listing import Listing

LIST_SECONDS = 10  # for the lists of models
AT_ONCE = 8  # models that are asked at the same time
SLOW = 10  # seconds to the first word, after which a visitor wonders
LONGEST_REASON = 160  # characters of what a service says of itself: a finding is a line


def look(config: Config, patience: float = PATIENCE) -> Iterator[Finding]:
    """One token of each model that a visitor may pick."""
    with ExitStack() as stack:
        clients = [
            stack.enter_context(InferenceClient(attachment, config.connect_timeout, pool_size=AT_ONCE))
            for attachment in config.attachments
        ]
        catalogue = Catalogue(clients, patience=LIST_SECONDS)
        for listing in catalogue.listings():
            yield from _attachment(listing, _ask_each(listing, patience), config)
        if clients:
            yield from _default(catalogue, config)


def _ask_each(listing: Listing, patience: float) -> list[Asked]:
    with ThreadPoolExecutor(AT_ONCE) as asking:
        return list(asking.map(lambda model: ask(listing.client, model.id, patience), listing.offered()))


def _attachment(listing: Listing, asked: Sequence[Asked], config: Config) -> Iterator[Finding]:
    yield _key(listing, asked, config)
    if not any(isinstance(one.failure, Unauthorized) for one in asked):
        yield from (_model(one, listing) for one in asked)


def _key(listing: Listing, asked: Sequence[Asked], config: Config) -> Finding:
    name = listing.client.attachment.name
    failures = [one.failure for one in asked if one.failure]
    if not asked:
        return _nothing_offered(listing, config)
    if any(isinstance(failure, Unauthorized) for failure in failures):
        return broken("key", f"The service does not take {name}_KEY.", _another_key(name, config))
    if len(failures) == len(asked):
        return warning("key", f"Whether {name}_KEY is taken can't be told: no model answers.", "See below.")
    return well("key", f"{name}_KEY is taken.")


def _nothing_offered(listing: Listing, config: Config) -> Finding:
    name, failure = listing.client.attachment.name, listing.failure
    if not listing.is_for_chat:
        return well("key", f"{name}_KEY is for {listing.configured}, which is not for chat. It was not tried.")
    if isinstance(failure, Unreachable):
        remedy = f"See that it is the whole address. {setting(config, f'{name}_URL', 'https://…')}"
        return broken("key", f"Nothing answers at the address in {name}_URL{_because(failure)}.", remedy)
    if isinstance(failure, Unauthorized):
        return broken("key", f"The service does not take {name}_KEY.", _another_key(name, config))
    remedy = setting(config, f"{name}_MODEL_ID", "ITS-NAME")
    words = f"The service at {name}_URL lists no chat model{_because(failure)}."
    return broken("key", words, f"If it has one, name it. {remedy}")


def _another_key(name: str, config: Config) -> str:
    if config.behind_router:
        return "To have another made, detach the add-on and attach it anew, or: heroku config:edit -a APP_NAME"
    return f"To take the one that the add-on gives: export {name}_KEY=$(heroku config:get -a APP_NAME {name}_KEY)"


def _model(asked: Asked, listing: Listing) -> Finding:
    if asked.failure:
        remedy = "Run this again in a minute; visitors may pick another model until it answers."
        return warning("model", f"{asked.model} does not answer{_because(asked.failure)}.", remedy)
    words = f"{asked.model} answers, with its first word after {asked.seconds:.2f} s."
    found = listing.find(asked.model)
    if found and found.state == "deprecated":
        words = f"{words} It is about to go{f': {found.ends:%Y-%m-%d} is its last day' if found.ends else ''}."
    if asked.seconds > SLOW:
        return warning("model", words, "Visitors wait so long for each answer; let them have a faster one.")
    return well("model", words)


def _default(catalogue: Catalogue, config: Config) -> Iterator[Finding]:
    """The model that is asked where nobody picks one."""
    try:
        choice = catalogue.choose()
    except InferenceError as failure:
        words = "There is no model to ask." if isinstance(failure, Unreachable) else failure.advice
        yield broken("model", words, "Do first what stands above.")
        return
    yield _chosen(choice, config)


def _chosen(choice: Choice, config: Config) -> Finding:
    if choice.notice:
        name = f"{choice.client.attachment.name}_MODEL_ID"
        return warning("model", choice.notice, setting(config, name, choice.model))
    return well("model", f"{choice.model} is asked where nobody picks a model.")


def _because(failure: InferenceError | None) -> str:
    """What the service said, which no longer holds the key, or the last of a chain of causes."""
    if failure is None:
        return ""
    said = " ".join((failure.reason or failure.advice).split())
    if isinstance(failure, Unreachable):
        said = said.rpartition(": ")[2].strip("\"')")
    return f" ({said[:LONGEST_REASON]})"
