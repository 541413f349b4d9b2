"""What the operator reads in the log, and what nobody can write into it."""

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.logfmt import LONGEST, Line
from parley.logs import Formatter
from tests.log_lines import Fields, fields, lines
from tests.people import Person
from tests.upstream import Upstream, chunk
from tests.waiting import eventually

pytestmark = pytest.mark.on_sqlite

ROUTER = {"X-Request-ID": "5f3c1a2b-0d4e-4f6a-8b7c-9d0e1f2a3b4c"}

texts = st.text(alphabet='ab ="\\\n\r\t\x00\x1b\u2028\u202eé🙂\ud800\U000e0001', max_size=LONGEST + 20)

Log = Callable[[], list[Fields]]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Log:
    """All lines so far, as they go to standard output."""
    caplog.set_level(logging.INFO)
    caplog.handler.setFormatter(Formatter())
    return lambda: lines(caplog.text)


def accounts(log: Log, count: int = 1) -> list[Fields]:
    """The lines of so many answers."""
    assert eventually(lambda: len([line for line in log() if "answer" in line]) == count)
    return [line for line in log() if "answer" in line]


def test_each_request_has_a_line_with_a_number_and_counts(log: Log, alice: Person) -> None:
    alice.client.get("/", headers=ROUTER)
    alice.client.get("/conversations/nowhere")
    first, second = log()
    assert first.pop("measure#request").removesuffix("ms").isdecimal()
    assert first == {
        **{"level": "info", "at": "request", "method": "GET", "path": "/", "status": "200"},
        **{"count#request": "1", "count#request.2xx": "1", "request_id": ROUTER["X-Request-ID"]},
    }
    assert (second["status"], second["count#request.4xx"]) == ("404", "1")
    assert "request_id" not in second


def test_each_answer_has_a_line_that_leads_back_to_its_request(
    log: Log, app: Flask, alice: Person, upstream: Upstream
) -> None:
    upstream.says("Because", "of the air.", usage=(7, 5))
    alice.send("Why is the sky blue?", headers=ROUTER)
    accounts(log)
    upstream.says("Because.")
    headers = {"Accept": "text/plain"} | ROUTER
    assert app.test_client(use_cookies=False).post("/", data={"message": "Why?"}, headers=headers).text == "Because."
    kept, unkept = accounts(log, 2)
    for line in (kept, unkept):
        assert (line["level"], line["at"], line["state"], line["model"]) == ("info", "answer", "complete", "parrot-2")
        assert (line["retries"], line["finish"], line["request_id"]) == ("0", "stop", ROUTER["X-Request-ID"])
        assert line["measure#answer"].endswith("ms")
        assert line["measure#answer.first_token"].endswith("ms")
        assert (line["count#answer"], line["count#answer.complete"]) == ("1", "1")
    assert len(kept["answer"]) == 36
    assert unkept["answer"] == "unkept"
    assert (kept["prompt_tokens"], kept["completion_tokens"]) == ("7", "5")


def test_an_answer_that_failed_says_why(log: Log, alice: Person, upstream: Upstream) -> None:
    upstream.refuses(503, {"error": {"message": 'busy\nlevel=info at="nowhere"'}}, times=3)
    alice.send("Hello")
    (line,) = accounts(log)
    assert (line["level"], line["state"], line["kind"], line["status"]) == ("warning", "failed", "unavailable", "503")
    assert (line["retries"], line["count#answer.failed"]) == ("2", "1")


def test_what_was_said_is_in_no_line(
    log: Log, caplog: pytest.LogCaptureFixture, alice: Person, upstream: Upstream
) -> None:
    upstream.sends(chunk("An axolotl."), {"error": {"message": "overloaded"}})
    here = alice.say("Is it an axolotl?")
    alice.client.get("/?q=axolotl")
    alice.client.get("/conversations?q=axolotl")
    alice.client.get(here, headers={"Referer": "http://localhost/?q=axolotl", "Cookie": "a=axolotl"})
    accounts(log)
    assert "axolotl" not in caplog.text


@pytest.mark.parametrize(
    "forged",
    [
        "a b=c level=error",
        'a" level=error x="',
        "a\\",
        "\x1b[2Ja",
        "a\u202eb",
        "a\u2028b",
        "x" * 10_000,
        "",
        "=",
    ],
)
def test_nobody_writes_a_line_of_their_own(
    log: Log, caplog: pytest.LogCaptureFixture, alice: Person, forged: str
) -> None:
    alice.client.get("/" + forged, headers={"X-Request-ID": forged.encode().decode("latin-1")})
    alice.client.get("/x%0Alevel=error%0D%00")
    found = log()
    assert len(found) == 2
    assert {line["level"] for line in found} == {"info"}
    assert max(map(len, caplog.text.splitlines())) < 1000
    assert caplog.text.isprintable() or caplog.text.replace("\n", "").isprintable()


def test_an_id_of_the_router_is_never_that_of_the_request_before(log: Log, alice: Person) -> None:
    alice.client.get("/", headers=ROUTER)
    alice.client.get("/up")
    assert ["request_id" in line for line in log()] == [True, False]


def test_what_nobody_expected_is_told_by_where_it_happened_and_not_in_its_own_words(
    log: Log, caplog: pytest.LogCaptureFixture, app: Flask, alice: Person
) -> None:
    words = "an axolotl\nlevel=info"

    @app.get("/broken")
    def broken() -> str:
        try:
            return str(int(words))
        except ValueError as error:
            raise RuntimeError(words) from error

    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert alice.client.get("/broken", headers=ROUTER).status_code == 500
    told, request = log()
    assert (told["level"], told["unexpected"], told["path"]) == ("error", "RuntimeError", "/broken")
    assert told["request_id"] == request["request_id"] == ROUTER["X-Request-ID"]
    assert request["count#request.5xx"] == "1"
    assert "| Traceback" in caplog.text
    assert "test_logs.py" in caplog.text
    assert caplog.text.index("| ValueError") < caplog.text.index("| RuntimeError")
    assert "axolotl" not in caplog.text


def test_who_knows_the_log_of_a_shared_link_does_not_know_the_link(log: Log, alice: Person) -> None:
    here = alice.say("Hello")
    form = alice.open(f"{here}/options").form("/shares")
    page = alice.client.post(form.action, data=form.fields, follow_redirects=True)
    token = page.text.split("/shares/")[1][:43]
    assert alice.client.get(f"/shares/{token}").status_code == 200
    assert log()[-1]["path"] == "/shares/token"
    assert not any(token in line["path"] for line in log() if "path" in line)


@given(st.lists(texts | st.integers() | st.none() | st.booleans(), max_size=4))
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_again(values: list[str | int | None]) -> None:
    said = {f"a#{number}.b": value for number, value in enumerate(values)}
    line = str(Line(said))
    assert line.isprintable()
    assert fields(line) == {name: _cut(str(value)) for name, value in said.items() if value is not None}


def _cut(text: str) -> str:
    text = {"True": "true", "False": "false"}.get(text, text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
