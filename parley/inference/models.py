"""A model as a catalogue describes it, read from entries that may lack anything or hold more than we know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from parley.inference.errors import Garbled

STATES = {
    "active": "active",
    "deprecated": "deprecated",
    "retired": "retired",
    "removed": "retired",
    "disabled": "retired",
    "eol": "retired",
}
CONTEXT_NAMES = ("max_model_len", "n_ctx", "n_ctx_train")
NAMES_OF_OTHER_KINDS = ("embed", "rerank", "image", "diffusion", "dall-e", "whisper", "tts", "transcribe", "moderation")


@dataclass(frozen=True)
class Model:
    """What is offered under one name, behind one attachment."""

    id: str
    attachment: str
    state: str = "unknown"
    kinds: tuple[str, ...] = ()
    replacement: str | None = None
    ends: date | None = None
    context: int | None = None

    @property
    def is_chat(self) -> bool:
        """Whether it answers text with text. Where nobody says what a model is for, its name has to do."""
        if self.kinds:
            return any(kind.endswith("text-to-text") for kind in self.kinds)
        return not any(word in self.id.lower() for word in NAMES_OF_OTHER_KINDS)

    @property
    def name(self) -> str:
        """Its id, as its provider speaks of it, and how long it will be there where it is about to go."""
        if self.state != "deprecated":
            return self.id
        return f"{self.id} (until {self.ends.day} {self.ends:%b %Y})" if self.ends else f"{self.id} (leaving soon)"

    @property
    def is_retired(self) -> bool:
        return self.state == "retired"


def in_heroku_catalogue(document: Any, attachment: str) -> tuple[Model, ...]:
    """The models of `/available-models`: an array of entries that say much."""
    return tuple(_described(entry, attachment) for entry in _entries(document, "model_id"))


def in_model_list(document: Any, attachment: str) -> tuple[Model, ...]:
    """The models of `/v1/models`: an object whose entries say little more than a name, and how much each can hold."""
    listed = document.get("data") if isinstance(document, dict) else document
    return tuple(Model(entry["id"], attachment, context=_context(entry)) for entry in _entries(listed, "id"))


def _entries(listed: Any, name: str) -> Iterator[dict[str, Any]]:
    """The entries that name a model. A list without any is as good as none."""
    entries = [entry for entry in listed if _names_a_model(entry, name)] if isinstance(listed, list) else []
    if not entries:
        raise Garbled("a list of models without a model in it")
    return iter(entries)


def _names_a_model(entry: Any, name: str) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get(name), str) and bool(entry[name])


def _described(entry: dict[str, Any], attachment: str) -> Model:
    ends = _date(entry.get("eol_date"))
    return Model(
        id=entry["model_id"],
        attachment=attachment,
        state=_state(entry.get("state"), ends),
        kinds=_kinds(entry.get("type")),
        replacement=str(entry.get("replacement_model") or "") or None,
        ends=ends,
    )


def _context(entry: dict[str, Any]) -> int | None:
    """How many tokens a model can hold, as vLLM and llama.cpp say it; the latter gives each answer a part of that."""
    meta = entry.get("meta")
    known = {**(meta if isinstance(meta, dict) else {}), **entry}
    said = (known.get(name) for name in CONTEXT_NAMES)
    return next((tokens for tokens in said if isinstance(tokens, int) and tokens > 0), None)


def _state(said: Any, ends: date | None) -> str:
    """A model past its last day is gone, whatever the list still says."""
    if ends and ends < datetime.now(UTC).date():
        return "retired"
    return STATES.get(str(said).lower(), "unknown")


def _kinds(said: Any) -> tuple[str, ...]:
    kinds = [said] if isinstance(said, str) else said
    return tuple(kind for kind in kinds if isinstance(kind, str)) if isinstance(kinds, list) else ()


def _date(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said)[:10])
    except ValueError:
        return None
