"""When nobody has said where the models are: the app starts. tests/test_missing_configuration.py has what it says."""

from pathlib import Path

import pytest

from tests import processes
from tests.callers import Caller


@pytest.mark.parametrize(
    ("served_by", "env"),
    [("gunicorn", {}), ("flask", {"INFERENCE_URL": "https://us.inference.example"})],
    ids=["gunicorn-nothing", "flask-half"],
)
def test_it_starts_and_every_page_works_and_says_what_is_missing(
    served_by: str, env: dict[str, str], tmp_path: Path
) -> None:
    with processes.app(tmp_path, env, served_by) as server, Caller(server) as caller:
        page = caller.page()
        assert "export INFERENCE_KEY=$(heroku config:get -a $APP_NAME INFERENCE_KEY)" in page.words
        assert [form.action for form in page.forms if "csrf_token" in form.fields] == ["/theme"]
        assert caller.read("/up").json() == {"status": "ok"}
        assert caller.read("/static/css/base.css").ok
        assert caller.read("/conversations/00000000-0000-4000-8000-000000000000").status_code == 404
        assert "Traceback" not in server.log
