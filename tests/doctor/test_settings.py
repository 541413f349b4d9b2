"""`flask doctor` on variables, secrets and limits."""

import subprocess
import sys

import pytest

from parley.doctor import Verdict
from tests.doctor.finding import BEHIND_A_CODE, ON_A_DYNO, SECRET_KEY, findings, troubles
from tests.processes import ROOT

pytestmark = pytest.mark.on_sqlite


def test_what_makes_no_sense_is_said_in_a_line(home: dict[str, str]) -> None:
    env = {"PATH": "/usr/bin:/bin", "SECRET_KEY": SECRET_KEY, **home, "MESSAGE_LIMIT": "many"}
    command = [sys.executable, "-m", "flask", "--app", "app", "doctor"]
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr == "Error: MESSAGE_LIMIT must be a whole number above zero, not 'many'.\n"


def test_without_a_model_it_says_how_to_attach_one(home: dict[str, str]) -> None:
    del home["INFERENCE_KEY"]
    assert "INFERENCE_KEY is not set" in troubles(home)["variables", "broken"]
    assert "export INFERENCE_KEY=$(heroku config:get" in troubles(home)["variables", "broken"]
    assert "heroku addons:create" in troubles(home | BEHIND_A_CODE)["variables", "broken"]


def test_half_an_attachment_is_noticed_beside_a_whole_one(home: dict[str, str]) -> None:
    found = troubles(home | {"INFERENCE_FAST_URL": "https://us.inference.example"})
    assert "INFERENCE_FAST_URL is set, INFERENCE_FAST_KEY is not" in found["variables", "warning"]


@pytest.mark.parametrize(
    ("name", "meant"), [("INFERENCE_KEYS", "INFERENCE_KEY"), ("ACESS_CODE", "ACCESS_CODE"), ("SHARINGS", "SHARING")]
)
def test_a_name_that_is_misspelt_is_noticed(name: str, meant: str, home: dict[str, str]) -> None:
    home.pop(meant, None)
    found = [one.line for one in findings(home | {name: "inf-x"}) if one.verdict is Verdict.WARNING]
    assert found == [f"{name} is set, which nothing reads. If {meant} is meant, call it so."]


@pytest.mark.parametrize(
    ("settings", "verdict", "words"),
    [
        ({"SECRET_KEY": ""}, "broken", "SECRET_KEY is not set"),
        ({"SECRET_KEY": "changeme"}, "broken", "one that everybody knows"),
        ({"SECRET_KEY": "x" * 40}, "broken", "one that everybody knows"),
        ({"SECRET_KEY": "fairly short"}, "warning", "fewer than 24 characters"),
        ({"SECRET_KEY_FALLBACKS": "changeme"}, "broken", "SECRET_KEY_FALLBACKS holds a key that everybody knows"),
        ({"ACCESS_CODE": "password"}, "warning", "ACCESS_CODE is a word that is tried first"),
        ({"OPERATOR_CODE": "o" * 12}, "warning", "OPERATOR_CODE is a word that is tried first"),
    ],
)
def test_secrets_that_can_be_guessed_are_named(
    settings: dict[str, str], verdict: str, words: str, home: dict[str, str]
) -> None:
    del home["INFERENCE_URL"]
    assert words in troubles(home | settings)["secrets", verdict]


def test_a_demo_for_everybody_has_something_that_bounds_what_it_costs(home: dict[str, str]) -> None:
    assert "without end" in troubles(home | ON_A_DYNO)["limits", "warning"]
    assert ("limits", "warning") not in troubles(home | BEHIND_A_CODE)
