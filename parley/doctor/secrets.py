"""Can the secrets be guessed?"""

from collections.abc import Iterator

from parley.config import Config
from parley.doctor.finding import Finding, broken, warning, well
from parley.doctor.remedies import removing, setting, setting_at_random

SUBJECT = "secrets"
SHORTEST = 24  # characters of a SECRET_KEY; whoever finds it out can be any visitor
KNOWN = ("secret", "changeme", "change-me", "dev", "development", "password", "test", "you-will-never-guess")


def look(config: Config) -> Iterator[Finding]:
    yield _secret_key(config)
    yield from _codes(config)


def _secret_key(config: Config) -> Finding:
    key = config.secret_key or ""
    remedy = setting_at_random(config, "SECRET_KEY")
    if not key:
        return broken(SUBJECT, "SECRET_KEY is not set, and without it no page is served.", remedy)
    if _is_a_sample(key):
        return broken(SUBJECT, "SECRET_KEY is one that everybody knows: anybody can be any visitor.", remedy)
    if len(key) < SHORTEST:
        return warning(SUBJECT, f"SECRET_KEY has fewer than {SHORTEST} characters, and might be guessed.", remedy)
    return well(SUBJECT, "SECRET_KEY is set, and long enough.")


def _codes(config: Config) -> Iterator[Finding]:
    for name, code in (("ACCESS_CODE", config.access_code), ("OPERATOR_CODE", config.operator_code)):
        if code and _is_a_sample(code):
            yield warning(SUBJECT, f"{name} is a word that is tried first.", setting(config, name, "ANOTHER"))
    if any(_is_a_sample(key) for key in config.secret_key_fallbacks):
        words = "SECRET_KEY_FALLBACKS holds a key that everybody knows: anybody can be any visitor."
        yield broken(SUBJECT, words, removing(config, "SECRET_KEY_FALLBACKS"))


def _is_a_sample(secret: str) -> bool:
    """Whether it is a known one, or one letter again and again."""
    return secret.strip().lower() in KNOWN or len(set(secret)) == 1
