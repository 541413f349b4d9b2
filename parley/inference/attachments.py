"""Which inference add-ons the environment names, and which variables it lacks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

USUAL_NAME = "INFERENCE"
USUAL_VARIABLES = (f"{USUAL_NAME}_URL", f"{USUAL_NAME}_KEY", f"{USUAL_NAME}_MODEL_ID")
KEY_PREFIX = "inf-"
HEROKU = re.compile(r"https?://([^/?#]+\.)?heroku\.com(:\d+)?(/|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Attachment:
    """One key, where it is good for, and the one model it was bought for where the plan knows such a thing."""

    name: str
    url: str
    key: str = field(repr=False)
    model: str | None = None

    @property
    def is_heroku(self) -> bool:
        """Heroku's service and other OpenAI-compatible servers differ in the fields they take."""
        return bool(HEROKU.match(self.url))


def find_attachments(env: Mapping[str, str]) -> tuple[Attachment, ...]:
    """Every whole attachment, the usual one first.

    An add-on may be attached under any name, so they are found by suffix. `DATABASE_URL` and its like are told apart by
    what is said or held beside them: the word INFERENCE in the name, or a key that begins as these keys do.
    """
    names = {name.removesuffix("_KEY") for name in env if name.endswith("_KEY")}
    whole = (name for name in names if _value(env, f"{name}_URL") and _is_for_inference(env, name))
    return tuple(_attachment(env, name) for name in sorted(whole, key=_usual_first))


def missing_variables(env: Mapping[str, str]) -> tuple[str, ...]:
    """What has to be set before any model can be asked: nothing, the missing half of a pair, or both halves."""
    if find_attachments(env):
        return ()
    return missing_halves(env)[:1] or USUAL_VARIABLES[:2]


def missing_halves(env: Mapping[str, str]) -> tuple[str, ...]:
    """The other half of each pair of which one half is there: such an attachment can't be used."""
    variables = sorted(env, key=lambda variable: _usual_first(variable.rpartition("_")[0]))
    return tuple(filter(None, (_missing_half(env, variable) for variable in variables)))


def how_to_set(name: str) -> str:
    """The command that copies a variable from the app on Heroku to this shell."""
    return f"export {name}=$(heroku config:get -a $APP_NAME {name})"


def _is_for_inference(env: Mapping[str, str], name: str) -> bool:
    key = _value(env, f"{name}_KEY")
    return key.startswith(KEY_PREFIX) or (bool(key) and USUAL_NAME in name)


def _attachment(env: Mapping[str, str], name: str) -> Attachment:
    return Attachment(
        name=name,
        url=_base(_value(env, f"{name}_URL")),
        key=_value(env, f"{name}_KEY"),
        model=_value(env, f"{name}_MODEL_ID") or None,
    )


def _base(url: str) -> str:
    """The address without what people append to it."""
    return url.rstrip("/").removesuffix("/v1").rstrip("/")


def _usual_first(name: str) -> tuple[bool, str]:
    return name != USUAL_NAME, name


def _missing_half(env: Mapping[str, str], variable: str) -> str | None:
    name, _, half = variable.rpartition("_")
    if half == "URL" and USUAL_NAME in name and _value(env, variable) and not _value(env, f"{name}_KEY"):
        return f"{name}_KEY"
    if half == "KEY" and name and _is_for_inference(env, name) and not _value(env, f"{name}_URL"):
        return f"{name}_URL"
    return None


def _value(env: Mapping[str, str], name: str) -> str:
    return env.get(name, "").strip()
