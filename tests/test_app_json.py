"""What the Deploy button reads: app.json, by its published schema and by what the app needs.

`app-json.schema.json` is the file `dist/utils/app-json.schema.json` of the npm package @heroku/mcp-server 1.2.8
(Apache-2.0), unchanged: `npm pack @heroku/mcp-server@1.2.8` fetches it again.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from parley.config import Config

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE / "app-json.schema.json").read_text())
MANIFEST: dict[str, Any] = json.loads((HERE.parent / "app.json").read_text())


def test_it_is_valid_by_the_published_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(MANIFEST)] == []


def test_the_schema_would_notice_a_mistake() -> None:
    assert not Draft7Validator(SCHEMA).is_valid(MANIFEST | {"env": {"SECRET_KEY": {"generate": "secret"}}})


def test_the_model_is_attached_under_the_name_that_is_looked_for() -> None:
    assert {"plan": "heroku-inference:standard", "as": "INFERENCE"} in MANIFEST["addons"]


def test_what_the_add_ons_set_is_not_asked_for() -> None:
    assert [name for name in MANIFEST["env"] if name == "DATABASE_URL" or "INFERENCE" in name] == []


@pytest.mark.parametrize("name", MANIFEST["env"])
def test_nobody_has_to_fill_anything_in(name: str) -> None:
    setting = MANIFEST["env"][name]
    assert "generator" in setting or setting["required"] is False
    assert setting["description"].endswith(".")


def test_settings_left_empty_in_the_form_are_as_good_as_unset() -> None:
    unset = Config.from_env({"SECRET_KEY": "x"})
    assert Config.from_env(dict.fromkeys(MANIFEST["env"], "") | {"SECRET_KEY": "x"}) == unset


def test_every_process_that_is_started_stands_in_the_procfile() -> None:
    procfile = (HERE.parent / "Procfile").read_text()
    assert set(MANIFEST["formation"]) <= set(re.findall(r"^(\w+):", procfile, re.MULTILINE))


def test_a_test_run_buys_no_add_ons() -> None:
    assert MANIFEST["environments"]["test"]["addons"] == []


def test_a_test_run_installs_what_tests_need_and_leaves_out_what_its_machine_lacks() -> None:
    install, run = MANIFEST["environments"]["test"]["scripts"]["test"].split(" && ")
    assert install.endswith(" -r requirements-dev.txt")
    assert run.endswith(" -m 'not beyond_python'")
