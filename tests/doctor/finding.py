"""What is found where the environment is one or another; no secret is ever in it."""

from parley import doctor
from parley.config import Config
from parley.database import Database, connections_of_each
from parley.doctor import Finding, Verdict

SECRET_KEY = "a long secret that nobody has ever seen"
ON_A_DYNO = {"DYNO": "web.1"}
BEHIND_A_CODE = {**ON_A_DYNO, "ACCESS_CODE": "open sesame"}


def findings(env: dict[str, str], patience: float = 20) -> list[Finding]:
    config = Config.from_env({"SECRET_KEY": SECRET_KEY, **env})
    database = Database(config.database_url, connections_of_each(config.processes, config.database_connections))
    found = list(doctor.examine(config, database, patience=patience))
    database.close()
    secrets = [config.secret_key, config.access_code, config.operator_code, *(one.key for one in config.attachments)]
    shown = " ".join(one.line for one in found)
    assert [secret for secret in secrets if secret and len(secret) > 8 and secret in shown] == []
    return found


def troubles(env: dict[str, str], patience: float = 20) -> dict[tuple[str, str], str]:
    """What isn't well: for a subject and how bad it is, the words."""
    ill = [one for one in findings(env, patience) if one.verdict is not Verdict.WELL]
    return {(one.subject, one.verdict): one.line for one in ill}
