"""Which add-ons are found in an environment, and what is said about what is missing."""

import pytest

from parley.inference.attachments import Attachment, find_attachments, how_to_set, missing_variables

URL = "https://us.inference.heroku.com"


def pair(name: str, key: str = "inf-1") -> dict[str, str]:
    return {f"{name}_URL": URL, f"{name}_KEY": key}


def test_the_usual_attachment_is_found() -> None:
    assert find_attachments(pair("INFERENCE")) == (Attachment("INFERENCE", URL, "inf-1"),)


def test_an_older_plan_names_its_one_model() -> None:
    [attachment] = find_attachments({**pair("INFERENCE"), "INFERENCE_MODEL_ID": "claude-4-sonnet"})
    assert attachment.model == "claude-4-sonnet"


def test_attachments_under_any_name_are_found_the_usual_one_first() -> None:
    names = ("HEROKU_INFERENCE_TEAL", "DIFFUSION", "INFERENCE_FAST", "INFERENCE")
    env = {name: value for each in names for name, value in pair(each).items()}
    found = [attachment.name for attachment in find_attachments(env)]
    assert found == ["INFERENCE", "DIFFUSION", "HEROKU_INFERENCE_TEAL", "INFERENCE_FAST"]


def test_a_key_of_another_make_will_do_where_the_name_says_what_it_is_for() -> None:
    [attachment] = find_attachments(pair("INFERENCE", key="sk-local"))
    assert attachment.key == "sk-local"


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"DATABASE_URL": "postgres://u:p@h/d", "REDIS_URL": "rediss://h", "SECRET_KEY": "s"},
        {"STORE_URL": "https://store.example", "STORE_KEY": "sk-1"},
        {"INFERENCE_URL": URL},
        {"INFERENCE_KEY": "inf-1"},
        {"INFERENCE_URL": URL, "INFERENCE_KEY": "  "},
        {"_URL": URL, "_KEY": "sk-1"},
    ],
)
def test_what_is_no_whole_attachment_is_not_taken_for_one(env: dict[str, str]) -> None:
    assert find_attachments(env) == ()


@pytest.mark.parametrize("written", [URL, f"{URL}/", f"{URL}/v1", f"{URL}/v1/", f"  {URL}/v1 \n"])
def test_the_address_may_be_written_in_several_ways(written: str) -> None:
    [attachment] = find_attachments({"INFERENCE_URL": written, "INFERENCE_KEY": "inf-1"})
    assert attachment.url == URL


@pytest.mark.parametrize(
    ("url", "is_heroku"),
    [
        (URL, True),
        ("https://eu.inference.heroku.com", True),
        ("https://heroku.com.example.org", False),
        ("https://notheroku.com", False),
        ("http://127.0.0.1:8080", False),
    ],
)
def test_herokus_own_service_is_told_from_other_servers(url: str, is_heroku: bool) -> None:
    assert Attachment("INFERENCE", url, "inf-1").is_heroku is is_heroku


def test_the_key_is_not_shown() -> None:
    assert "inf-secret" not in repr(Attachment("INFERENCE", URL, "inf-secret"))


@pytest.mark.parametrize(
    ("env", "missing"),
    [
        ({}, ("INFERENCE_URL", "INFERENCE_KEY")),
        ({"DATABASE_URL": "postgres://h/d"}, ("INFERENCE_URL", "INFERENCE_KEY")),
        ({"SECRET_KEY": "s"}, ("INFERENCE_URL", "INFERENCE_KEY")),
        ({"INFERENCE_URL": URL}, ("INFERENCE_KEY",)),
        ({"INFERENCE_KEY": "inf-1", "INFERENCE_URL": ""}, ("INFERENCE_URL",)),
        ({"HEROKU_INFERENCE_TEAL_URL": URL}, ("HEROKU_INFERENCE_TEAL_KEY",)),
        ({"CHAT_KEY": "inf-1"}, ("CHAT_URL",)),
        (pair("INFERENCE"), ()),
        ({**pair("DIFFUSION"), "INFERENCE_URL": URL}, ()),
    ],
)
def test_what_is_missing_is_named(env: dict[str, str], missing: tuple[str, ...]) -> None:
    assert missing_variables(env) == missing


def test_a_missing_variable_comes_with_the_command_that_sets_it() -> None:
    assert how_to_set("INFERENCE_URL") == "export INFERENCE_URL=$(heroku config:get -a $APP_NAME INFERENCE_URL)"
