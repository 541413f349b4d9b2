"""An app that nobody has attached a model to: it starts, its pages work, and it says what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from parley import schema
from parley.config import Config, ConfigError
from tests.people import EVENTS, Person

HALF = {"INFERENCE_URL": "https://us.inference.example"}


def make(tmp_path: Path, env: dict[str, str]) -> Flask:
    app = create_app(Config.from_env({"SECRET_KEY": "x", "DATABASE_URL": f"sqlite:///{tmp_path}/parley.db", **env}))
    schema.upgrade(app.extensions["parley"].archive.database)
    return app


@pytest.fixture(params=[{}, HALF], ids=["nothing", "half"])
def unconfigured(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    app = make(tmp_path, request.param)
    yield app
    app.extensions["parley"].archive.database.close()


def test_the_composer_is_replaced_by_what_to_do(unconfigured: Flask) -> None:
    page = Person(unconfigured).open("/")
    assert not [form for form in page.forms if form.action.endswith("/turns")]
    assert "export INFERENCE_KEY=$(heroku config:get -a $APP_NAME INFERENCE_KEY)" in page.words


def test_only_what_is_missing_is_asked_for(tmp_path: Path) -> None:
    app = make(tmp_path, HALF)
    assert "export INFERENCE_URL" not in Person(app).open("/").words
    app.extensions["parley"].archive.database.close()


def test_every_page_works(unconfigured: Flask) -> None:
    client = unconfigured.test_client()
    assert client.get("/up").get_json() == {"status": "ok"}
    assert client.get("/conversations/00000000-0000-4000-8000-000000000000").status_code == 404


def test_a_message_that_is_sent_all_the_same_is_refused(unconfigured: Flask) -> None:
    unconfigured.config["WTF_CSRF_ENABLED"] = False
    turn = {"message": "Hi", "turn": "00000000-0000-4000-8000-000000000000"}
    response = unconfigured.test_client().post(
        "/conversations/00000000-0000-4000-8000-000000000000/turns", data=turn, headers=EVENTS
    )
    assert response.status_code == 503
    assert response.get_json()["error"]["message"]


def test_pages_are_not_served_without_a_secret() -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY is not set"):
        create_app(Config.from_env({}))


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
def test_a_setting_that_makes_no_sense_stops_the_start(value: str) -> None:
    with pytest.raises(ConfigError, match="MESSAGE_LIMIT"):
        Config.from_env({"SECRET_KEY": "x", "MESSAGE_LIMIT": value})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_the_addresses_that_heroku_gives_are_understood(scheme: str) -> None:
    config = Config.from_env({"SECRET_KEY": "x", "DATABASE_URL": f"{scheme}://someone:word@host/db"})
    assert config.database_url == "postgresql+psycopg://someone:word@host/db"
    assert "word" not in repr(config)


@pytest.mark.parametrize(
    ("address", "on_a_dyno"),
    [
        ("postgres://host/db", "postgresql+psycopg://host/db?sslmode=require"),
        ("postgres://host/db?options=-c", "postgresql+psycopg://host/db?options=-c&sslmode=require"),
        ("postgres://host/db?sslmode=verify-full", "postgresql+psycopg://host/db?sslmode=verify-full"),
        ("sqlite:///here.db", "sqlite:///here.db"),
    ],
)
def test_on_a_dyno_a_database_is_asked_over_tls_or_not_at_all(address: str, on_a_dyno: str) -> None:
    assert Config.from_env({"DATABASE_URL": address, "DYNO": "web.1"}).database_url == on_a_dyno
    assert "sslmode=require" not in Config.from_env({"DATABASE_URL": address}).database_url
