"""`flask doctor` on keys and models."""

import socket

import pytest
from flask.testing import FlaskCliRunner

from tests.doctor.finding import findings, troubles
from tests.upstream import Upstream

pytestmark = pytest.mark.on_sqlite


def test_where_all_is_well_every_line_says_so_and_each_model_was_asked_for_a_token(
    runner: FlaskCliRunner, upstream: Upstream
) -> None:
    result = runner.invoke(args=["doctor"])
    assert result.exit_code == 0
    *lines, _, summary = result.stdout.splitlines()
    assert [line[:3] for line in lines if not line.startswith("warning  secrets")] == ["ok "] * (len(lines) - 1)
    assert "1 to think about" in summary  # the secret of the tests is a short one
    assert sorted((chat["model"], chat["max_tokens"]) for chat in upstream.chats) == [("owl-1", 1), ("parrot-2", 1)]


def test_a_wrong_key_is_said_once_and_never_shown(runner: FlaskCliRunner, upstream: Upstream) -> None:
    key, upstream.key = upstream.key, "another"
    result = runner.invoke(args=["doctor"])
    assert result.exit_code == 1
    assert result.stdout.count("The service does not take INFERENCE_KEY.") == 1
    assert "parrot-2 does not answer" not in result.stdout
    assert key not in result.output


def test_an_address_where_nothing_answers(home: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        home["INFERENCE_URL"] = f"http://127.0.0.1:{server.getsockname()[1]}"
    found = troubles(home)
    assert "Nothing answers at the address in INFERENCE_URL ([Errno 111] Connection refused)" in found["key", "broken"]


def test_one_that_refuses_is_named_with_what_the_service_said(home: dict[str, str], upstream: Upstream) -> None:
    upstream.refuses(403, {"error": {"message": f"{upstream.key} is not for this model"}})
    upstream.then_says("Hello")
    assert "does not answer ([key] is not for this model)" in troubles(home)["model", "warning"]


def test_one_that_says_nothing_is_not_waited_for(home: dict[str, str], upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    found = troubles(home, patience=0.3)
    assert "does not answer (no word within 0.3 s)" in found["model", "warning"]
    assert "can't be told" in found["key", "warning"]


def test_one_that_is_gone_is_named_with_the_one_that_answers(home: dict[str, str], upstream: Upstream) -> None:
    home["INFERENCE_MODEL_ID"] = "dodo-1"
    found = troubles(home)["model", "warning"]
    assert "dodo-1 is no longer offered, so parrot-2 answers." in found
    assert "INFERENCE_MODEL_ID=parrot-2" in found


def test_one_that_is_about_to_go_is_named_with_its_last_day(home: dict[str, str], upstream: Upstream) -> None:
    owl = {"model_id": "owl-1", "state": "deprecated", "type": ["text-to-text"], "eol_date": "2999-12-31"}
    upstream.serves_catalogue([owl])
    assert "2999-12-31 is its last day" in " ".join(one.line for one in findings(home))


def test_a_service_without_a_model_for_chat(home: dict[str, str], upstream: Upstream) -> None:
    upstream.serves_catalogue([{"model_id": "peacock-image", "state": "active", "type": ["text-to-image"]}])
    assert "lists no chat model" in troubles(home)["key", "broken"]


def test_a_key_for_images_is_left_alone(home: dict[str, str], upstream: Upstream) -> None:
    home |= {"DIFFUSION_URL": upstream.url, "DIFFUSION_KEY": upstream.key, "DIFFUSION_MODEL_ID": "peacock-image"}
    assert troubles(home) == {}
    assert "peacock-image" not in [chat["model"] for chat in upstream.chats]
