"""All that is looked at, in the order in which it is worth knowing."""

from collections.abc import Iterable, Iterator

from parley.config import Config
from parley.database import Database
from parley.doctor import bounds, models, secrets, store, tables, variables, way
from parley.doctor.asking import PATIENCE
from parley.doctor.finding import Finding, Verdict


def examine(
    config: Config, database: Database, url: str | None = None, patience: float = PATIENCE
) -> Iterator[Finding]:
    """Look at everything; each finding as soon as it is there. It costs a token of each model, and takes its time."""
    yield from variables.look(config)
    yield from secrets.look(config)
    yield from bounds.look(config)
    yield from store.look(config, database)
    yield from tables.look(config, database)
    yield from models.look(config, patience)
    if url:
        yield from way.look(url)


def summary(findings: Iterable[Finding]) -> str:
    """All of it in a sentence."""
    verdicts = [finding.verdict for finding in findings]
    counts = [f"{verdicts.count(Verdict.BROKEN)} broken", f"{verdicts.count(Verdict.WARNING)} to think about"]
    told = [count for count in counts if not count.startswith("0 ")]
    return f"{' and '.join(told).capitalize()}." if told else "All is well."
