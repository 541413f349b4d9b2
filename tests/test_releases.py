"""Whoever has a database of a release, however old, finds everything in it after an upgrade to this one."""

import re
from pathlib import Path

import pytest

from app import create_app
from parley import schema
from parley.config import Config
from parley.database import Database
from tests.conftest import SECRET, running
from tests.processes import ROOT
from tests.releases.keeping import FOLDER, KINDS, keep, restore
from tests.releases.world import Seen, see, somebody_from_then
from tests.test_renderings import kept
from tests.upstream import Upstream

RELEASED = re.findall(r"^## ([0-9.]+), \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
UNRELEASED = re.findall(r"^## ([0-9.]+), unreleased$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
THIS = "this release"
SALAMANDER = "An **axolotl** is a salamander."


@pytest.fixture(params=[*RELEASED, THIS])
def release(request: pytest.FixtureRequest, bare_database_url: str, tmp_path: Path) -> Path:
    """What is kept of each release, of the kind of database that is at hand. Of this one it is made now."""
    if request.param != THIS:
        return FOLDER / str(request.param)
    folder = tmp_path / "kept"
    keep(folder, bare_database_url, tmp_path)
    return folder


def test_a_database_of_every_release_is_brought_up_to_date_with_all_that_is_in_it(
    release: Path, request: pytest.FixtureRequest, upstream: Upstream, tmp_path: Path
) -> None:
    url = elsewhere(request, tmp_path)
    seen = restore(release, url)
    config = Config.from_env({"SECRET_KEY": SECRET, "DATABASE_URL": url, **upstream.env})
    database = Database(config.database_url)
    schema.upgrade(database)
    database.close()
    with running(create_app(config)) as app:
        alice = somebody_from_then(app, seen)
        assert_nothing_is_missing(seen, see(alice))
        assert seen["titles"] == ["Two flags", "A tree", "Salamanders"]
        assert "Forget this" not in alice.open("/conversations").words
        assert "Salamanders" in alice.open("/conversations?q=axolotl").words
        assert alice.client.get(seen["link"]).status_code == 200
        here = alice.open().links["Salamanders"]
        alice.say("Is it still there?", here)
        assert kept(app)[SALAMANDER] == ["<p>An <strong>axolotl</strong> is a salamander.</p>"]
        assert alice.open(here).questions[-1] == "Is it still there?"


def test_every_release_has_left_its_databases() -> None:
    kept = {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert kept == set(RELEASED)
    for version in RELEASED:
        assert {path.suffix for path in (FOLDER / version).iterdir()} == {".gz", ".json"}
        assert {path.stem for path in (FOLDER / version).iterdir()} == set(KINDS)


def test_at_most_one_release_is_being_made_and_it_stands_first() -> None:
    versions = re.findall(r"^## (.*?), ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions == [*UNRELEASED, *RELEASED]
    assert len(UNRELEASED) <= 1


def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is no database yet, of the kind at hand."""
    if str(request.getfixturevalue("bare_database_url")).startswith("sqlite"):
        return f"sqlite:///{tmp_path}/upgraded.db"
    url: str = request.getfixturevalue("postgresql").new_database()
    return url


def assert_nothing_is_missing(then: Seen, now: Seen) -> None:
    """All that was seen is seen again; later releases may tell more of a message."""
    assert now["titles"] == then["titles"]
    for title, messages in then["conversations"].items():
        assert len(now["conversations"][title]) == len(messages)
        for before, after in zip(messages, now["conversations"][title], strict=True):
            assert {name: after.get(name) for name in before} == before
