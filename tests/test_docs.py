"""What the documents say is what the code does, as far as a program can tell."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from app import create_app
from parley import event_stream
from parley.config import Config
from tests.processes import ROOT
from tests.processes import app as served
from tests.upstream import Upstream

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
EVENTS = {name: kind for kind, name in event_stream._names.items()}
ATTACHMENT = {"INFERENCE_URL": "http://localhost", "INFERENCE_KEY": "inf-x", "INFERENCE_MODEL_ID": "parrot-2"}
REQUIREMENTS = [path.name for path in ROOT.glob("requirements*.txt")]
SET_BY_THE_PLATFORM = {"DYNO", "WEB_CONCURRENCY"}
SET_BY_ADD_ONS = {"DATABASE_URL", *ATTACHMENT}


class Recording(Mapping[str, str]):
    """An environment that notes which variables are asked for."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.asked: set[str] = set()
        self._variables = variables

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


def settings() -> set[str]:
    """The variables that the app reads, by its own doing."""
    environment = Recording(ATTACHMENT)
    Config.from_env(environment)
    return environment.asked - SET_BY_THE_PLATFORM


def text(name: str) -> str:
    return (ROOT / name).read_text()


def chapter(name: str, heading: str) -> str:
    """What stands under a heading, up to the next of its rank or above."""
    rank = heading.split()[0]
    return re.split(rf"^#{{1,{len(rank)}}} ", text(name).split(f"{heading}\n")[1], flags=re.MULTILINE)[0]


def in_table(document: str) -> list[str]:
    """The first column of its tables, where that is a name in code."""
    return re.findall(r"^\| `([^`]+)` \|", document, re.MULTILINE)


def requirements(name: str) -> set[str]:
    """The packages that we chose: those of the first group."""
    first_group = text(name).split("\n\n")[0]
    return set(re.findall(r"^([A-Za-z0-9._-]+)(?=[\[=])", first_group, re.MULTILINE))


def test_the_settings_are_those_that_the_app_reads() -> None:
    assert set(in_table(chapter("docs/settings.md", "## What Parley reads"))) == settings()
    assert set(in_table(chapter("README.md", "## Settings"))) == settings()
    assert set(re.findall(r"^#?([A-Z_]+)=", text(".env.example"), re.MULTILINE)) == settings()


def test_what_the_platform_sets_is_told_apart() -> None:
    assert set(in_table(chapter("docs/settings.md", "## What the platform sets"))) >= SET_BY_THE_PLATFORM


def test_the_deploy_button_asks_for_what_no_add_on_sets() -> None:
    assert set(re.findall(r'^    "([A-Z_]+)": {$', text("app.json"), re.MULTILINE)) == settings() - SET_BY_ADD_ONS


@pytest.mark.parametrize(("name", "default"), [("APP_NAME", Config.app_name), ("DATABASE_URL", Config.database_url)])
def test_defaults_are_told(name: str, default: str) -> None:
    assert f"| `{name}` | `{default}` |" in text("docs/settings.md")
    assert f"| `{name}` | `{default}` |" in text("README.md")


@pytest.mark.parametrize("name", ["DATABASE_CONNECTIONS", "MESSAGE_LIMIT", "READ_TIMEOUT"])
def test_numbers_are_told(name: str) -> None:
    default = getattr(Config, name.lower())
    assert f"| `{name}` | `{default}` |" in text("docs/settings.md")
    assert f"| `{name}` | `{default}` |" in text("README.md")
    assert f"#{name}={default}\n" in text(".env.example")


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_package_that_we_chose_has_its_reason(name: str) -> None:
    assert requirements(name) - set(in_table(text("docs/dependencies.md"))) == set()


def test_every_address_is_described_and_no_other() -> None:
    rules = create_app(Config(secret_key="x")).url_map.iter_rules()
    served = {
        f"{method} {re.sub('<[a-z]+:', '<', rule.rule)}"
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(re.findall(r"^### `([A-Z]+ /[^`]*)`$", text("docs/http.md"), re.MULTILINE)) == served


def test_every_event_is_described_and_no_other() -> None:
    assert set(EVENTS.values()) == set(get_args(event_stream.Event)) - {event_stream.Heartbeat}
    events = chapter("docs/stream.md", "## Events")
    assert re.findall(r"^### `([a-z]+)`$", events, re.MULTILINE) == list(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_every_field_of_an_event_is_described_and_no_other(name: str) -> None:
    described = in_table(chapter("docs/stream.md", f"### `{name}`"))
    assert described == [field.name for field in fields(EVENTS[name]) if field.name != event_stream.UNSENT]


def test_the_transcript_can_be_repeated(upstream: Upstream, tmp_path: Path) -> None:
    snippet = re.findall(r"```sh\n(.*?)```", chapter("docs/stream.md", "## A transcript"), re.DOTALL)[0]
    env = {"SECRET_KEY": "a secret of the tests", "DATABASE_URL": f"sqlite:///{tmp_path}/parley.db", **upstream.env}
    with served(tmp_path, env) as server:
        command = ["sh", "-c", snippet.replace("http://localhost:5000", server.url)]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True).stdout
    assert re.findall(r"^event: (\w+)", said, re.MULTILINE)[0] == "start"
    assert '{"index":0,"html":"<p>Hello' in said
    assert 'data: {"state":"complete"' in said


def test_every_module_has_its_place_in_the_layout() -> None:
    layout = chapter("docs/architecture.md", "## The layout")
    modules = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("parley/*.py") if path.name != "__init__.py"}
    packages = {f"{path.parent.relative_to(ROOT).as_posix()}/" for path in ROOT.glob("parley/*/__init__.py")}
    assert {name for name in in_table(layout) if name.startswith("parley/")} == modules | packages


def test_the_table_of_imports_is_the_one_that_lint_holds_the_code_to() -> None:
    layers = re.findall(r"^layers =\n((?:    .*\n)+)", text(".importlinter"), re.MULTILINE)[0]
    rows = re.findall(r"^\| (`.*`) \|", chapter("docs/architecture.md", "## Imports go one way"), re.MULTILINE)
    told = [row.replace("`", "").split(" · ") for row in rows]
    assert told == [line.strip().replace("parley.", "").split(" : ") for line in layers.splitlines()]


def test_every_promise_names_tests_that_are_there_and_every_test_of_a_fault_holds_a_promise() -> None:
    told = set(re.findall(r"`(test_\w+)`", text("docs/reliability.md")))
    assert told <= names_of_tests("tests")
    assert names_of_tests("tests/faults") <= told


def test_every_line_of_the_threat_model_names_tests_that_are_there() -> None:
    told = chapter("docs/security.md", "# Security").split("## Scripts of others")[1]
    assert set(re.findall(r"`(test_\w+)`", told)) <= names_of_tests("tests")
    lines = re.findall(r"^\| (?!what \||---)(.*) \|$", told, re.MULTILINE)
    assert [line for line in lines if "`test_" not in line] == []


def names_of_tests(folder: str) -> set[str]:
    files = (ROOT / folder).rglob("test_*.py")
    return {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_and_every_file_that_is_named_leads_somewhere(document: Path) -> None:
    words = document.read_text()
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)|\bsrc(?:set)?=\"([^\":]+)\"", words)
    named = re.findall(r"`((?:parley|static|templates|tests|migrations|docs)/[\w./-]*)`", words)
    targets = [document.parent / (link or source) for link, source in links] + [ROOT / name for name in named]
    assert [str(target) for target in targets if not target.exists()] == []
