"""What the model saw: the request as it was sent, a command that repeats it, and what happened when."""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app import create_app
from parley.archive import NotFound
from parley.config import Config
from parley.conversation import Asked, Conversation, Message
from parley.inference.client import ChatRequest
from parley.inference.sent import Sent
from parley.parts import Parts
from parley.recall import described
from tests.conftest import SECRET
from tests.people import Person
from tests.upstream import Json, Upstream, chunk

pytestmark = pytest.mark.on_sqlite

PROMPT = "You are the oracle of Delphi, and speak in riddles.\nNever say so."
PREFILL = "This model does not support assistant message prefill. The conversation must end with a user message."


@pytest.fixture
def config(upstream: Upstream, database_url: str) -> Config:
    return Config.from_env(
        {"SECRET_KEY": SECRET, "DATABASE_URL": database_url, "SYSTEM_PROMPT": PROMPT, **upstream.env}
    )


def answers(person: Person, here: str) -> list[Json]:
    """All answers of a conversation, oldest first."""
    kept = person.client.get(here.partition("?")[0] + ".json").get_json()["messages"]
    return [message for message in kept if message["role"] == "assistant"]


def seen(person: Person, answer: Json) -> Json:
    return person.client.get(f"/answers/{answer['id']}/seen.json").get_json()


def press(person: Person, here: str, button: str) -> None:
    form = person.open(here).form(button)
    assert person.client.post(form.action, data=form.fields).status_code == 303
    person.finish(here)


def without_prompt(chat: Json) -> Json:
    """What the service received, as a visitor may see it."""
    first, *rest = chat["messages"]
    assert first == {"role": "system", "content": PROMPT}
    return chat | {"messages": [{"role": "system", "content": "•••"}, *rest]}


def ask_plainly(alice: Person, upstream: Upstream) -> str:
    return alice.say("Who am I?")


def ask_twice(alice: Person, upstream: Upstream) -> str:
    upstream.says("<think>Hm.</think>You are ", "**Ada**.", reasoning=["Who ", "is it?"])
    return alice.say("And what's “my” name? \\ 'x' $HOME `ls`", at=alice.say("I am Ada.\n\nHi."))


def edit(alice: Person, upstream: Upstream) -> str:
    here = alice.say("I am Ada.")
    return alice.say("I am Bob.", at=here, parent="")


def branch(alice: Person, upstream: Upstream) -> str:
    here = alice.say("I am Ada.")
    first = answers(alice, here)[0]["id"]
    alice.say("One way", at=here)
    return alice.say("Another way", at=f"{here}?at={first}")


def go_on(alice: Person, upstream: Upstream) -> str:
    upstream.says("So far ", finish="length")
    here = alice.say("How far?")
    upstream.says("and further")
    press(alice, here, "/continue")
    return here


def go_on_when_told(alice: Person, upstream: Upstream) -> str:
    upstream.says("So far ", finish="length")
    here = alice.say("How far?")
    upstream.says("and further")
    upstream.refuses(400, {"error": {"message": PREFILL}}, times=1)
    press(alice, here, "/continue")
    return here


def retry(alice: Person, upstream: Upstream) -> str:
    upstream.refuses(401)
    here = alice.say("Let me in")
    upstream.says("Come in.")
    press(alice, here, "/retry")
    return here


def repair(alice: Person, upstream: Upstream) -> str:
    upstream.refuses(400, {"error": {"message": "stream_options: unknown field"}}, times=1)
    return alice.say("Hello")


def fail(alice: Person, upstream: Upstream) -> str:
    upstream.refuses(404)
    return alice.say("Hello")


WAYS = [ask_plainly, ask_twice, edit, branch, go_on, go_on_when_told, retry, repair, fail]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_shown_is_what_was_received(
    alice: Person, upstream: Upstream, way: Callable[[Person, Upstream], str]
) -> None:
    here = way(alice, upstream)
    assert seen(alice, answers(alice, here)[-1])["request"] == without_prompt(upstream.chats[-1])


def test_an_answer_that_grows_later_changes_nothing_that_was_asked_before(alice: Person, upstream: Upstream) -> None:
    upstream.says("So far", finish="length")
    here = alice.say("How far?")
    upstream.refuses(401)
    alice.say("Hello?", at=here)
    upstream.says("Fine.")
    alice.say("Never mind", at=here)
    received = without_prompt(upstream.chats[-1])
    cut, failed, last = answers(alice, here)
    upstream.says(" and further")
    for answer, button in ((cut, "continue"), (failed, "retry")):
        form = alice.open(f"{here}?at={answer['id']}").form(f"{answer['id']}/{button}")
        alice.client.post(form.action, data=form.fields)
        alice.finish(f"{here}?at={answer['id']}")
    assert [answer["text"] for answer in answers(alice, here)] == ["So far and further", " and further", "Fine."]
    assert seen(alice, last)["request"] == received


def test_the_operators_prompt_is_nowhere(app: Flask, alice: Person, upstream: Upstream) -> None:
    here = alice.say("Who are you?")
    answer = answers(alice, here)[0]
    assert "oracle" not in alice.client.get(f"/answers/{answer['id']}/seen").text
    assert "oracle" not in json.dumps(seen(alice, answer))
    assert "oracle" not in repr(kept(app, answer))
    assert "•••" in alice.open(f"/answers/{answer['id']}/seen").words


def kept(app: Flask, answer: Json) -> Any:
    parts: Parts = app.extensions["parley"]
    return parts.archive.progress(answer["id"]).asked


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ([PROMPT], ["•••"]),
        ([PROMPT + "\n\nBe brief."], ["•••\n\nBe brief."]),
        ([PROMPT, "Be brief."], ["•••", "Be brief."]),
        (["In short: " + PROMPT], ["•••"]),
    ],
)
def test_the_visitors_instructions_are_shown_beside_it(before: list[str], shown: list[str]) -> None:
    messages = [{"role": "system", "content": words} for words in before] + [{"role": "user", "content": "Hi"}]
    sent = Sent("INFERENCE", "/v1/chat/completions", {"model": "parrot-2", "messages": messages})
    said = Conversation("1", "alice", "Hi", (Message("2", "1", None, "user", "Hi", datetime.now(UTC)),))
    assert described(said, "2", PROMPT, {}, sent).before == shown


def test_neither_key_nor_address_is_shown(alice: Person, upstream: Upstream) -> None:
    answer = answers(alice, alice.say("Hello"))[0]
    page = alice.client.get(f"/answers/{answer['id']}/seen").text
    assert upstream.key not in page
    assert upstream.url not in page
    assert "$INFERENCE_KEY" in alice.open(f"/answers/{answer['id']}/seen").words


@pytest.mark.parametrize("way", [ask_plainly, ask_twice, go_on_when_told])
def test_the_command_asks_the_same_once_more(
    alice: Person, upstream: Upstream, way: Callable[[Person, Upstream], str]
) -> None:
    shown = seen(alice, answers(alice, way(alice, upstream))[-1])
    upstream.says("Once more.")
    assert '"Once more."' in repeat(shown["command"], upstream)
    assert upstream.chats[-1] == shown["request"]
    assert upstream.requests[-1].headers["Authorization"] == f"Bearer {upstream.key}"


def repeat(command: str, upstream: Upstream) -> str:
    """What a shell prints that is given this command."""
    environment = {**upstream.env, "PATH": os.environ["PATH"]}
    shell = ["timeout", "30", "sh", "-s"]
    return subprocess.run(shell, input=command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def test_a_command_may_be_longer_than_a_shell_takes_words(alice: Person, upstream: Upstream) -> None:
    here = alice.say("a very long word " * 5_000)
    alice.say("another one " * 7_000, at=here)
    shown = seen(alice, answers(alice, here)[-1])
    assert len(shown["command"]) > 131_072
    repeat(shown["command"], upstream)
    assert upstream.chats[-1] == shown["request"]


def test_the_page_is_linked_beneath_each_answer_and_leads_back(alice: Person, upstream: Upstream) -> None:
    here = alice.say("Hello")
    page = alice.open(alice.open(here).links["What the model saw"])
    answer = answers(alice, here)[0]
    assert page.links["Back to the answer"] == f"{here}#message-{answer['id']}"
    assert "“Hello”" not in page.words
    assert '"content": "Hello"' in page.words
    assert re.search(r"First token \d+ ms", page.words)
    assert "How it ended The answer is complete (stop)" in page.words
    assert "Tokens 3 read, 5 written" in page.words


def test_what_the_service_refused_is_named(alice: Person, upstream: Upstream) -> None:
    answer = answers(alice, repair(alice, upstream))[0]
    assert seen(alice, answer)["left_out"] == {"messages": 0, "fields": ["stream_options"]}
    assert "stream_options" in alice.open(f"/answers/{answer['id']}/seen").words


def test_a_stranger_sees_nothing_of_it(alice: Person, stranger: Person) -> None:
    answer = answers(alice, alice.say("Between you and me"))[0]
    assert stranger.client.get(f"/answers/{answer['id']}/seen").status_code == 404
    assert stranger.client.get(f"/answers/{answer['id']}/seen.json").status_code == 404


def test_an_answer_without_a_record_says_so(app: Flask, alice: Person) -> None:
    here = alice.say("Hello")
    parts: Parts = app.extensions["parley"]
    with parts.archive.database.writing() as connection:
        connection.exec_driver_sql("UPDATE messages SET asked = NULL, timings = NULL")
    answer = answers(alice, here)[0]
    assert "It is not known" in alice.open(f"/answers/{answer['id']}/seen").words
    assert seen(alice, answer)["request"] is None
    assert "Server-Timing" not in alice.client.get(f"/answers/{answer['id']}/seen").headers


def test_what_cannot_be_recorded_fails_no_answer(
    app: Flask, alice: Person, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    parts: Parts = app.extensions["parley"]
    here = alice.say("Hello")
    conversation = parts.archive.find(here.rpartition("/")[2], kept_visitor(app, here))
    answer = conversation.messages[-1]

    def fails(_sent: Sent) -> Asked:
        raise NotFound("the record")

    reply = parts.catalogue.choose().client.ask(request_for(conversation))
    parts.answers.start(answer, reply, "parrot-2", None, fails)
    list(parts.answers.watch(answer.id))
    assert parts.archive.progress(answer.id).state == "complete"
    assert "asked=unknown" in caplog.text


def kept_visitor(app: Flask, here: str) -> str:
    parts: Parts = app.extensions["parley"]
    with parts.archive.database.reading() as connection:
        return str(connection.exec_driver_sql("SELECT visitor FROM conversations").scalar_one())


def request_for(conversation: Conversation) -> ChatRequest:
    return ChatRequest("parrot-2", conversation.prompt(conversation.messages[0].id))


def test_the_timings_are_in_the_order_in_which_things_happen(alice: Person, upstream: Upstream) -> None:
    upstream.says("One ", "two ", "three", pause=0.1, reasoning=["Hm", "."])
    timings = seen(alice, answers(alice, alice.say("Count"))[0])["timings"]
    order = ["connected", "first_byte", "first_thought", "first_token", "last_token", "ended"]
    moments = [timings[name] for name in order]
    assert moments == sorted(moments)
    assert timings["first_token"] - timings["first_thought"] >= 100
    assert 80 <= timings["longest_gap"] <= timings["last_token"]
    assert (timings["finish"], timings["failure"], timings["retries"]) == ("stop", None, 0)


def test_a_service_that_was_busy_at_first_is_counted(alice: Person, upstream: Upstream) -> None:
    upstream.refuses(503, times=1)
    timings = seen(alice, answers(alice, alice.say("Hello"))[0])["timings"]
    assert timings["retries"] == 1


def test_an_answer_that_failed_says_how(alice: Person, upstream: Upstream) -> None:
    upstream.refuses(401)
    answer = answers(alice, alice.say("Hello"))[0]
    timings = seen(alice, answer)["timings"]
    assert (timings["failure"], timings["first_token"]) == ("unauthorized", None)
    assert "Not a word came (unauthorized)" in alice.open(f"/answers/{answer['id']}/seen").words


def test_the_same_numbers_are_a_header_and_a_line_of_the_log(
    alice: Person, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "parley")
    response = alice.send("What is a secret?", headers={"Accept": "text/event-stream"})
    assert re.fullmatch(r"accepted;dur=\d+", response.headers["Server-Timing"])
    assert "event: end" in response.text
    here = "/conversations/" + response.request.path.split("/")[2]
    answer = answers(alice, here)[0]
    timings = seen(alice, answer)["timings"]
    header = alice.client.get(f"/answers/{answer['id']}/seen").headers["Server-Timing"]
    assert f"first_token;dur={timings['first_token']}, " in header
    assert header.endswith('state;desc="complete"')
    assert alice.client.get(f"/answers/{answer['id']}/events").headers["Server-Timing"] == header
    line = line_of(caplog, answer["id"])
    for name in ("connected", "first_byte", "last_token", "retries", "finish"):
        assert f" {name}={timings[name]}" in line
    assert f" measure#answer.first_token={timings['first_token']}ms" in line
    assert "secret" not in line


def line_of(caplog: pytest.LogCaptureFixture, answer: str) -> str:
    """The line that the log has of an answer, written when its readers have left."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        for record in caplog.records:
            if f"answer={answer} " in record.getMessage():
                return record.getMessage()
        time.sleep(0.01)
    raise AssertionError("no line")


def test_what_is_not_over_has_no_header_yet(alice: Person, upstream: Upstream) -> None:
    upstream.sends(chunk("So far"))
    upstream.stalls_after(1)
    response = alice.send("Hello")
    answer = answers(alice, response.location.partition("#")[0])[0]
    page = alice.client.get(f"/answers/{answer['id']}/seen")
    assert page.status_code == 200
    assert "Server-Timing" not in page.headers
    upstream.release()


@pytest.fixture
def app_with_blanks(config: Config) -> Iterator[Flask]:
    """An app whose operator has written the instructions into a file, with a line break at its end."""
    env = {"SECRET_KEY": SECRET, "DATABASE_URL": config.database_url, "SYSTEM_PROMPT": f" {PROMPT}\n"}
    app = create_app(replace(config, system_prompt=Config.from_env(env).system_prompt))
    yield app
    app.extensions["parley"].answers.farewell(0)
    app.extensions["parley"].archive.database.close()


def test_what_the_visitor_wished_is_shown_though_blanks_stand_around_the_prompt(
    app: Flask, app_with_blanks: Flask
) -> None:
    alice = Person(app_with_blanks)
    here = alice.say("Hello", instructions="Be brief.")
    before = seen(alice, answers(alice, here)[0])["request"]["messages"][0]["content"]
    assert before.startswith("•••")
    assert before.endswith("Be brief.")


@pytest.mark.parametrize("quoted", [PROMPT, PROMPT[:60], json.dumps({"role": "system", "content": PROMPT})])
def test_a_service_that_quotes_the_prompt_in_an_error_is_not_quoted(
    alice: Person, upstream: Upstream, quoted: str
) -> None:
    upstream.sends({"error": {"message": f"No good: {quoted}"}})
    here = alice.say("Hello")
    answer = answers(alice, here)[0]
    assert answer["error"] == "The model's service reported an error. Retry in a moment."
    for address in (here, f"{here}.json", f"/answers/{answer['id']}/events", f"/answers/{answer['id']}/seen"):
        assert "oracle" not in alice.client.get(address).text
    response = alice.client.application.test_client().post(
        "/", data={"message": "Hi"}, headers={"Accept": "text/plain"}
    )
    assert response.status_code == 502
    assert "oracle" not in response.text
