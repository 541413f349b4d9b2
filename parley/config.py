"""What the environment says, read once into a value that everything else is handed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from parley.appearance import Accent, Logo, read_accent, read_logo
from parley.inference.attachments import Attachment, find_attachments, missing_variables
from parley.rates import OF_A_VISITOR, OF_AN_ADDRESS, Rates, read_rates
from parley.starters import OURS, Starter, read_starters

MESSAGE_LIMIT = 100_000  # characters a visitor may send at once, unless MESSAGE_LIMIT says otherwise
READ_TIMEOUT = 120  # seconds a model may be silent, unless READ_TIMEOUT says otherwise
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")  # names of the machine itself
ANY_HOST = "*"
CONNECT_TIMEOUT = 5  # seconds to reach the model's service
LONGEST_RETENTION = 36_500  # days; a century ago is a date that every database can compare with
SHORTEST_CODE = 6  # characters of ACCESS_CODE: fewer are guessed in days, however few tries are let through
REPOSITORY = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+", re.ASCII)
SHORTEST_OPERATOR_CODE = 12  # characters of OPERATOR_CODE: whoever knows it sees what everybody costs


class ConfigError(Exception):
    """A setting without which Parley does not start. Its words are for the operator."""


@dataclass(frozen=True)
class Config:
    """The settings of one app. Tests build it directly; `from_env` is for everyone else."""

    secret_key: str | None = field(default=None, repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    database_url: str = field(default="sqlite:///parley.db", repr=False)
    attachments: tuple[Attachment, ...] = ()
    missing: tuple[str, ...] = ()
    system_prompt: str = ""
    retention_days: int | None = None
    access_code: str | None = field(default=None, repr=False)
    operator_code: str | None = field(default=None, repr=False)
    app_name: str = "Parley"
    accent: Accent | None = None
    logo: Logo | None = None
    starters: tuple[Starter, ...] = field(default=OURS, repr=False)
    visitor_settings: bool = True
    message_limit: int = MESSAGE_LIMIT
    visitor_limits: Rates = field(default_factory=partial(read_rates, OF_A_VISITOR))
    address_limits: Rates = field(default_factory=partial(read_rates, OF_AN_ADDRESS))
    sharing: bool = True
    allowed_hosts: tuple[str, ...] = LOOPBACK
    context_limit: int | None = None
    daily_token_budget: int | None = None
    read_timeout: float = READ_TIMEOUT
    sentry_dsn: str | None = field(default=None, repr=False)
    connect_timeout: float = CONNECT_TIMEOUT
    behind_router: bool = False
    image_models: tuple[str, ...] = ()
    repository: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Config":
        """Read the settings of `docs/settings.md`. Raises ConfigError where one makes no sense."""
        return cls(
            secret_key=env.get("SECRET_KEY") or None,
            secret_key_fallbacks=_list(env, "SECRET_KEY_FALLBACKS"),
            database_url=_sqlalchemy_url(env.get("DATABASE_URL") or cls.database_url),
            attachments=find_attachments(env),
            missing=missing_variables(env),
            system_prompt=env.get("SYSTEM_PROMPT", "").strip(),
            retention_days=_retention_days(env),
            access_code=_code(env, "ACCESS_CODE", SHORTEST_CODE),
            operator_code=_operator_code(env),
            app_name=" ".join(env.get("APP_NAME", "").split()) or cls.app_name,
            accent=_accent(env),
            logo=_logo(env),
            starters=_starters(env),
            visitor_settings=_on_or_off(env, "VISITOR_SETTINGS", cls.visitor_settings),
            message_limit=_positive(env, "MESSAGE_LIMIT", MESSAGE_LIMIT),
            visitor_limits=_rates(env, "VISITOR_LIMITS", OF_A_VISITOR),
            address_limits=_rates(env, "ADDRESS_LIMITS", OF_AN_ADDRESS),
            sharing=_on_or_off(env, "SHARING", cls.sharing),
            allowed_hosts=_hosts(env),
            context_limit=_positive(env, "CONTEXT_LIMIT", 0) or None,
            daily_token_budget=_positive(env, "DAILY_TOKEN_BUDGET", 0) or None,
            read_timeout=_positive(env, "READ_TIMEOUT", READ_TIMEOUT),
            sentry_dsn=_sentry_dsn(env),
            behind_router="DYNO" in env,
            image_models=tuple(env.get("IMAGE_MODELS", "").lower().replace(",", " ").split()),
            repository=_repository(env),
        )

    @property
    def deploy_address(self) -> str | None:
        """Where one deploys an app like this one. Heroku's button has to be told of what."""
        return f"https://www.heroku.com/deploy?template={self.repository}" if self.repository else None


def _list(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(filter(None, (part.strip() for part in env.get(name, "").split(","))))


def _hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    """The names that ALLOWED_HOSTS lists. Without it: whatever a router leads here, elsewhere the machine itself."""
    return _list(env, "ALLOWED_HOSTS") or ((ANY_HOST,) if "DYNO" in env else LOOPBACK)


def _positive(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) == 0:
        raise ConfigError(f"{name} must be a whole number above zero, not {value!r}.")
    return int(value)


def _retention_days(env: Mapping[str, str]) -> int | None:
    days = _positive(env, "RETENTION_DAYS", 0)
    if days > LONGEST_RETENTION:
        raise ConfigError(
            f"RETENTION_DAYS must be at most {LONGEST_RETENTION}; unset, conversations are kept for ever."
        )
    return days or None


def _on_or_off(env: Mapping[str, str], name: str, default: bool) -> bool:
    value = env.get(name) or ("on" if default else "off")
    if value not in ("on", "off"):
        raise ConfigError(f"{name} must be on or off, not {value!r}.")
    return value == "on"


def _rates(env: Mapping[str, str], name: str, default: str) -> Rates:
    text = env.get(name) or default
    try:
        return read_rates(text)
    except ValueError as error:
        raise ConfigError(f'{name} must be off, or rates such as "{default}", not {text!r}.') from error


def _code(env: Mapping[str, str], name: str, shortest: int) -> str | None:
    code = env.get(name, "").strip()
    if code and len(code) < shortest:
        raise ConfigError(f"{name} is too easily guessed: it must have at least {shortest} characters.")
    return code or None


def _operator_code(env: Mapping[str, str]) -> str | None:
    code = _code(env, "OPERATOR_CODE", SHORTEST_OPERATOR_CODE)
    if code and code == _code(env, "ACCESS_CODE", SHORTEST_CODE):
        raise ConfigError("OPERATOR_CODE must not be the same as ACCESS_CODE, which all visitors know.")
    return code


def _starters(env: Mapping[str, str]) -> tuple[Starter, ...]:
    text = env.get("STARTERS")
    try:
        return read_starters(text) if text else OURS
    except ValueError as error:
        raise ConfigError(
            'STARTERS must be a JSON list of prompts, such as ["Tell me a story"], or of objects with a title and a'
            f" prompt: {error}."
        ) from error


def _accent(env: Mapping[str, str]) -> Accent | None:
    text = env.get("ACCENT")
    try:
        return read_accent(text) if text else None
    except ValueError as error:
        raise ConfigError(f"ACCENT must be a colour such as #e60 or #ee6600: {error}.") from error


def _logo(env: Mapping[str, str]) -> Logo | None:
    text = env.get("LOGO")
    try:
        return read_logo(text) if text else None
    except ValueError as error:
        raise ConfigError(
            "LOGO must be a picture of at most 32 KB (SVG, PNG or WebP), as a data: address or as the name of a file in"
            f" static/: {error}."
        ) from error


def _sentry_dsn(env: Mapping[str, str]) -> str | None:
    dsn = env.get("SENTRY_DSN", "").strip()
    if dsn and not re.fullmatch(r"https?://[^@/\s]+@[^@/\s]+/([^@\s]+/)?\d+", dsn):
        raise ConfigError(
            "SENTRY_DSN must be an address as Sentry shows it, such as https://KEY@o1.ingest.sentry.io/2."
        )
    return dsn or None


def _repository(env: Mapping[str, str]) -> str | None:
    address = env.get("REPOSITORY", "").strip().rstrip("/")
    if address and not REPOSITORY.fullmatch(address):
        raise ConfigError(f"REPOSITORY must be an address such as https://github.com/OWNER/REPO, not {address!r}.")
    return address.removesuffix(".git") or None


def _sqlalchemy_url(url: str) -> str:
    """Heroku says postgres://, SQLAlchemy wants to know the driver as well."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
