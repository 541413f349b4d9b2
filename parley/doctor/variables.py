"""Are the variables there, whole, and written as they should be?"""

from collections.abc import Iterator

from parley.config import Config
from parley.doctor.finding import Finding, broken, warning, well
from parley.doctor.remedies import copying

SUBJECT = "variables"


def look(config: Config) -> Iterator[Finding]:
    if config.missing:
        names = " and ".join(config.missing)
        words = f"No model can be asked: {names} {'is' if len(config.missing) == 1 else 'are'} not set."
        yield broken(SUBJECT, words, copying(config, config.missing[0]))
    else:
        yield well(SUBJECT, f"{_and(config)} {'are' if len(config.attachments) == 1 else 'are all'} set.")
        yield from (_half(name, config) for name in config.halves)
    yield from (_misspelt(name, meant) for name, meant in config.misspelt)


def _and(config: Config) -> str:
    return ", ".join(f"{attachment.name}_URL and {attachment.name}_KEY" for attachment in config.attachments)


def _half(name: str, config: Config) -> Finding:
    other = name.removesuffix("_KEY") + "_URL" if name.endswith("_KEY") else name.removesuffix("_URL") + "_KEY"
    return warning(SUBJECT, f"{other} is set, {name} is not: this attachment is not used.", copying(config, name))


def _misspelt(name: str, meant: str) -> Finding:
    return warning(SUBJECT, f"{name} is set, which nothing reads.", f"If {meant} is meant, call it so.")
