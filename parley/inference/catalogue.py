"""Which models there are, which of them a visitor may pick, and which key is for which.

What is offered changes monthly, so it is asked for at run time; but a page must never wait for it. Each attachment has
a list that is renewed in the background: what is shown meanwhile is the last one known.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

from parley.inference.client import InferenceClient
from parley.inference.contexts import usual_context
from parley.inference.errors import InferenceError, Unconfigured, UnknownModel
from parley.inference.listing import Listing
from parley.inference.models import Model

__all__ = ["Catalogue", "Choice", "Model"]

LIFETIME = 300
PATIENCE = 1.5
PREFERENCE = {"active": 0, "unknown": 1, "deprecated": 2}


@dataclass(frozen=True)
class Choice:
    """Which key to ask, what for, and what the visitor has to know about it."""

    client: InferenceClient
    model: str
    notice: str | None = None


class Catalogue:
    """The models behind all attachments, in the order of the attachments."""

    def __init__(
        self, clients: Sequence[InferenceClient], lifetime: float = LIFETIME, patience: float = PATIENCE
    ) -> None:
        self._listings = tuple(Listing(client, lifetime, patience) for client in clients)

    def listings(self) -> tuple[Listing, ...]:
        """What each attachment offers."""
        self._look_at_all()
        return self._listings

    def models(self) -> tuple[Model, ...]:
        """Everything that is offered, whatever it is good for."""
        self._look_at_all()
        return tuple(model for listing in self._listings for model in listing.models())

    def chat_models(self) -> tuple[Model, ...]:
        """What a visitor may pick: each once, though several keys may be good for it."""
        self._look_at_all()
        offered: dict[str, Model] = {}
        for listing in self._listings:
            for model in listing.offered():
                offered.setdefault(model.id, model)
        return tuple(offered.values())

    def choose(self, name: str | None = None) -> Choice:
        """The key and the model to ask, for the name that a visitor picked or for none."""
        self._look_at_all()
        return self._named(name) if name else self._default()

    def context_of(self, name: str) -> int:
        """How many tokens a model can hold: as its server says, else as is known of models of that name."""
        listed = (model for listing in self._listings for model in listing.models() if model.id == name)
        return next((model.context for model in listed if model.context), usual_context(name))

    def choose_again(self, name: str | None) -> Choice:
        """The same for a name that was picked some time ago: where nobody offers it any more, the default answers."""
        try:
            return self.choose(name)
        except UnknownModel:
            choice = self._default()
            return replace(choice, notice=f"{name} is not offered at the moment, so {choice.model} answers.")

    def _look_at_all(self) -> None:
        """Start every look before waiting for any, so that one dead server does not keep the others from being seen."""
        for listing in self._listings:
            listing.refresh_if_old()
        for listing in self._listings:
            listing.wait_for_first_look()

    def _default(self) -> Choice:
        """The model of the first attachment that has one: the configured one, else the first that is active."""
        for listing in self._listings:
            if listing.configured and listing.is_for_chat:
                return self._named(listing.configured)
            if choice := _first_of(listing):
                return choice
        raise self._nothing_to_choose()

    def _named(self, name: str) -> Choice:
        for listing in sorted(self._listings, key=lambda listing: _fitness(listing, name)):
            if model := listing.find(name):
                return self._successor(listing, model) if model.is_retired else Choice(listing.client, name)
        if any(listing.configured == name for listing in self._listings):
            return self._in_place_of(name)
        raise UnknownModel(f"no attachment offers {name!r}")

    def _successor(self, listing: Listing, retired: Model) -> Choice:
        """The model that a retired one is replaced by, which may itself have been replaced since."""
        seen, model = {retired.id}, retired
        while model.is_retired and model.replacement and model.replacement not in seen:
            seen.add(model.replacement)
            model = listing.find(model.replacement) or model
        if model.is_retired:
            return self._in_place_of(retired.id)
        return Choice(listing.client, model.id, _notice(retired.id, model.id))

    def _in_place_of(self, gone: str) -> Choice:
        """Any model, since the one that was asked for is gone without a successor."""
        for choice in filter(None, map(_first_of, self._listings)):
            return Choice(choice.client, choice.model, _notice(gone, choice.model))
        raise self._nothing_to_choose()

    def _nothing_to_choose(self) -> InferenceError:
        if not self._listings:
            return Unconfigured()
        failures = [listing.failure for listing in self._listings if listing.failure]
        return copy(failures[0]) if failures else UnknownModel("no attachment lists a chat model")


def _first_of(listing: Listing) -> Choice | None:
    models = sorted(listing.offered(), key=lambda model: PREFERENCE[model.state])
    return Choice(listing.client, models[0].id) if models else None


def _fitness(listing: Listing, name: str) -> int:
    """Which key to try first: one that was bought for this model, then one for all, then one for another."""
    if listing.configured == name:
        return 0
    return 1 if listing.configured is None else 2


def _notice(gone: str, successor: str) -> str:
    return f"{gone} is no longer offered, so {successor} answers."
