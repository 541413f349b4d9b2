"""What is asked from a shell: `flask ask`, `flask models`, `flask migrate`."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from app import create_app
from parley.config import Config
from tests.upstream import Upstream


def test_ask_prints_the_answer(runner: FlaskCliRunner, upstream: Upstream) -> None:
    upstream.says("Be", "cause.")
    result = runner.invoke(args=["ask", "Why is Heroku so cool?"])
    assert (result.exit_code, result.stdout) == (0, "Because.\n")
    assert upstream.chats[0]["messages"] == [{"role": "user", "content": "Why is Heroku so cool?"}]
    assert upstream.chats[0]["stream"] is True


def test_ask_takes_what_a_request_can_say(runner: FlaskCliRunner, upstream: Upstream) -> None:
    options = ["--model", "owl-1", "--system", "Be brief.", "--temperature", "0.5", "--max-tokens", "64"]
    runner.invoke(args=["ask", "Why?", *options])
    asked = upstream.chats[0]
    assert (asked["model"], asked["temperature"], asked["max_tokens"]) == ("owl-1", 0.5, 64)
    assert asked["messages"][0] == {"role": "system", "content": "Be brief."}


def test_ask_adds_what_comes_through_a_pipe(runner: FlaskCliRunner, upstream: Upstream) -> None:
    runner.invoke(args=["ask", "Sum this up:"], input="A long text.\n")
    assert upstream.chats[0]["messages"][0]["content"] == "Sum this up:\n\nA long text."


def test_a_pipe_alone_is_enough(runner: FlaskCliRunner, upstream: Upstream) -> None:
    runner.invoke(args=["ask"], input="Why?\n")
    assert upstream.chats[0]["messages"][0]["content"] == "Why?"


def test_ask_goes_on_by_turns(runner: FlaskCliRunner, upstream: Upstream) -> None:
    upstream.says("Four.")
    upstream.then_says("Eight.")
    result = runner.invoke(args=["ask", "2 + 2?", "--turn", "And doubled?"])
    assert result.stdout == "Four.\nEight.\n"
    assert [message["content"] for message in upstream.chats[1]["messages"]] == ["2 + 2?", "Four.", "And doubled?"]


def test_ask_can_wait_for_the_whole_answer(runner: FlaskCliRunner, upstream: Upstream) -> None:
    upstream.says("Be", "cause.")
    assert runner.invoke(args=["ask", "Why?", "--no-stream"]).stdout == "Because.\n"
    assert not upstream.chats[0].get("stream")


def test_ask_can_print_the_raw_reply(runner: FlaskCliRunner, upstream: Upstream) -> None:
    upstream.says("Because.")
    reply = json.loads(runner.invoke(args=["ask", "Why?", "--json"]).stdout)
    assert reply["choices"][0]["message"]["content"] == "Because."


def test_a_refusal_is_printed_with_its_status_and_advice(runner: FlaskCliRunner, upstream: Upstream) -> None:
    upstream.refuses(401, {"error": {"message": f"key {upstream.key} not valid"}})
    result = runner.invoke(args=["ask", "Why?"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Request failed: 401 ")
    assert len(result.stderr.splitlines()) >= 2
    assert upstream.key not in result.output


def test_nothing_to_ask_is_said(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["ask"])
    assert result.exit_code == 2
    assert "Say what to ask" in result.output


def test_models_lists_what_is_offered(runner: FlaskCliRunner, upstream: Upstream) -> None:
    upstream.serves_catalogue(
        [
            {"model_id": "parrot-2", "state": "active", "type": ["text-to-text"]},
            {"model_id": "dodo-1", "state": "deprecated", "type": ["text-to-text"], "replacement_model": "parrot-2"},
        ]
    )
    lines = [line.split() for line in runner.invoke(args=["models"]).stdout.splitlines()]
    assert lines[0] == ["MODEL", "STATE", "KIND", "REPLACEMENT"]
    assert ["parrot-2", "active", "text-to-text", "-"] in lines
    assert ["dodo-1", "deprecated", "text-to-text", "parrot-2"] in lines


def test_migrate_can_be_run_again(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["migrate"]).exit_code == 0


@pytest.mark.parametrize(("env", "status"), [({}, 3), ({"INFERENCE_URL": "http://x", "INFERENCE_KEY": "x"}, 0)])
def test_make_run_is_told_whether_a_model_is_configured(env: dict[str, str], status: int, tmp_path: Path) -> None:
    app = create_app(Config.from_env({"SECRET_KEY": "x", "DATABASE_URL": f"sqlite:///{tmp_path}/parley.db", **env}))
    assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == status
    app.extensions["parley"].archive.check()
    app.extensions["parley"].archive.database.close()


def test_migrate_refuses_a_database_from_a_later_release(bare_database_url: str) -> None:
    app = create_app(Config.from_env({"SECRET_KEY": "x", "DATABASE_URL": bare_database_url}))
    app.test_cli_runner().invoke(args=["migrate"])
    database = app.extensions["parley"].archive.database
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    result = app.test_cli_runner().invoke(args=["migrate"])
    database.close()
    assert result.exit_code == 1
    assert "migrated by a later one" in result.output


@pytest.mark.parametrize("command", [["ask", "Why?"], ["models"]])
def test_missing_variables_are_named_together_with_the_lines_that_set_them(command: list[str]) -> None:
    runner = create_app(Config.from_env({"SECRET_KEY": "x", "DATABASE_URL": "sqlite://"})).test_cli_runner()
    result = runner.invoke(args=command)
    assert result.exit_code == 1
    assert "INFERENCE_URL and INFERENCE_KEY" in result.stderr
    for name in ("INFERENCE_URL", "INFERENCE_KEY"):
        assert f"export {name}=$(heroku config:get -a $APP_NAME {name})" in result.stderr
