"""Answers beyond the process that gives them: journalled, watched and stopped from elsewhere, left behind."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask

from parley import event_stream
from parley.answers import Answers
from parley.answers.answer import Answer
from parley.answers.seam import Seam
from parley.archive import INTERRUPTED, SILENCE, Archive, Said
from parley.conversation import State, Usage
from parley.database import Database
from parley.event_stream import End
from parley.inference.client import ChatRequest, InferenceClient, Reply
from parley.inference.events import Event, Text
from parley.inference.events import Usage as Tokens
from parley.markdown import Append, Block, apply_append, whole
from parley.parts import Parts
from parley.tables import messages
from tests.upstream import Upstream


@pytest.fixture
def here(app: Flask) -> Parts:
    """The process that gives an answer."""
    parts: Parts = app.extensions["parley"]
    return parts


@pytest.fixture
def elsewhere(here: Parts) -> Iterator[Answers]:
    """Another process of the same app: it shares nothing but the database."""
    database = Database(here.archive.database.url)
    yield Answers(Archive(database))
    database.close()


def ask(parts: Parts, text: str = "Tell me") -> Said:
    said = parts.archive.say(str(uuid4()), "alice", text, str(uuid4()))
    choice = parts.catalogue.choose()
    request = ChatRequest(choice.model, said.conversation.prompt(said.question.id))
    parts.answers.start(said.answer, choice.client.ask(request), choice.model)
    return said


def read_until(events: Iterator[event_stream.Event], text: str) -> str:
    """Read events until a text has appeared, and return all that has."""
    blocks: list[str] = []
    for event in events:
        match event:
            case Block(index, html):
                blocks[index : index + 1] = [html]
            case Append(more):
                blocks[-1] = apply_append(blocks[-1], more)
        if text in "".join(blocks):
            break
    return "".join(blocks)


def test_another_process_reads_an_answer_from_the_journal(here: Parts, elsewhere: Answers, upstream: Upstream) -> None:
    upstream.says("One. ", "Two.")
    upstream.stalls_after(1)
    watching = elsewhere.watch(ask(here).answer.id)
    assert read_until(watching, "One.") == "<p>One.</p>"
    upstream.release()
    *_, end = watching
    assert isinstance(end, End)
    assert end.state is State.COMPLETE


def test_another_process_can_stop_it(here: Parts, elsewhere: Answers, upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    answer = ask(here).answer.id
    assert upstream.asked.wait(5)
    elsewhere.stop(answer)
    *_, end = here.answers.watch(answer)
    assert isinstance(end, End)
    assert end.state is State.STOPPED
    assert upstream.hung_up.wait(1)


def test_what_has_come_is_kept_while_it_comes(here: Parts, upstream: Upstream) -> None:
    upstream.says("So far", " and further")
    upstream.stalls_after(1)
    said = ask(here)
    read_until(here.answers.watch(said.answer.id), "So far")
    while not (kept := here.archive.progress(said.answer.id)).text:
        pass
    assert kept.text == "So far"
    assert kept.is_running
    upstream.release()


def test_an_answer_whose_process_is_gone_is_interrupted_whoever_looks(here: Parts) -> None:
    said = here.archive.say(str(uuid4()), "alice", "Tell me", str(uuid4()))
    long_ago = datetime.now(UTC) - 2 * SILENCE
    with here.archive.database.writing() as connection:
        connection.execute(messages.update().values(heartbeat_at=long_ago).where(messages.c.id == said.answer.id))
    answer = here.archive.find(said.conversation.id, "alice").messages[-1]
    assert answer.state is State.INTERRUPTED
    assert answer.error == INTERRUPTED
    assert [type(event) for event in here.answers.watch(answer.id)] == [End]


def test_a_process_that_is_slow_takes_its_answer_back(here: Parts, upstream: Upstream) -> None:
    upstream.says("Late, ", "but here.")
    upstream.stalls_after(1)
    said = ask(here)
    read_until(here.answers.watch(said.answer.id), "Late")
    with here.archive.database.writing() as connection:
        connection.execute(messages.update().values(state=State.INTERRUPTED, error=INTERRUPTED))
    upstream.release()
    list(here.answers.watch(said.answer.id))
    kept = here.archive.progress(said.answer.id)
    assert (kept.state, kept.text, kept.error) == (State.COMPLETE, "Late, but here.", None)


def test_a_process_that_was_taken_for_dead_leaves_its_answer_to_whoever_goes_on_with_it(
    here: Parts, upstream: Upstream
) -> None:
    upstream.says("Said by the first. ", "Said too late.")
    upstream.stalls_after(1)
    said = ask(here)
    watching = here.answers.watch(said.answer.id)
    read_until(watching, "Said by the first.")
    with here.archive.database.writing() as connection:
        connection.execute(messages.update().values(attempt=1, text="Said by the second."))
    assert upstream.hung_up.wait(5)
    list(watching)
    kept = here.archive.progress(said.answer.id)
    assert (kept.state, kept.text) == (State.RUNNING, "Said by the second.")


def test_an_answer_that_was_deleted_is_given_up(here: Parts, upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    said = ask(here)
    assert upstream.asked.wait(5)
    with here.archive.database.writing() as connection:
        connection.execute(messages.delete().where(messages.c.id == said.answer.id))
    assert upstream.hung_up.wait(5)


def test_an_answer_goes_on_with_what_it_cost_before(here: Parts, upstream: Upstream) -> None:
    upstream.says("Half of", finish="length", usage=(3, 5))
    said = ask(here)
    list(here.answers.watch(said.answer.id))
    upstream.says(" it.", usage=(8, 2))
    again = here.archive.go_on(said.answer.id, "alice")
    choice = here.catalogue.choose()
    here.answers.start(again.answer, choice.client.ask(ChatRequest(choice.model, ())), choice.model)
    list(here.answers.watch(said.answer.id))
    kept = here.archive.progress(said.answer.id)
    assert (kept.text, kept.state, kept.usage) == ("Half of it.", State.COMPLETE, Usage(11, 7))
    assert (kept.seconds or 0) >= (again.answer.seconds or 0)


@pytest.mark.parametrize(
    ("before", "pieces", "whole"),
    [
        ("Hel", ["lo", " there"], "Hello there"),
        ("Hello ", [" there"], "Hello there"),
        ("Hello", [" there"], "Hello there"),
        ("One.\n\n", ["\n", "\n", "Two."], "One.\n\nTwo."),
        ("One.\n", ["\n\nTwo."], "One.\n\nTwo."),
        ("One. ", ["\n\nTwo."], "One. \n\nTwo."),
        ("if x:\n    ", ["\n    y\n", "    z"], "if x:\n    y\n    z"),
        ("One.\n\n", ["Two."], "One.\n\nTwo."),
    ],
)
def test_no_blank_is_said_twice_where_an_answer_goes_on(before: str, pieces: list[str], whole: str) -> None:
    seam = Seam(before)
    assert before + "".join(map(seam.join, pieces)) == whole


def test_a_farewell_lets_answers_finish(here: Parts, upstream: Upstream) -> None:
    upstream.says("Good", "bye", pause=0.05)
    said = ask(here)
    here.answers.farewell(10)
    assert here.archive.progress(said.answer.id).text == "Goodbye"
    assert here.archive.progress(said.answer.id).state is State.COMPLETE


def test_a_farewell_keeps_what_could_not_finish(here: Parts, upstream: Upstream) -> None:
    upstream.says("Good", "bye")
    upstream.stalls_after(1)
    said = ask(here)
    read_until(here.answers.watch(said.answer.id), "Good")
    here.answers.farewell(0)
    kept = here.archive.progress(said.answer.id)
    assert (kept.text, kept.state) == ("Good", State.INTERRUPTED)
    assert upstream.hung_up.wait(1)


def test_an_answer_ends_at_the_greatest_length_that_is_kept(here: Parts, upstream: Upstream) -> None:
    upstream.says(*["word " * 20_000] * 12)
    said = ask(here)
    *_, end = here.answers.watch(said.answer.id)
    assert isinstance(end, End)
    assert end.state is State.LENGTH
    assert len(here.archive.progress(said.answer.id).text) == 1_000_000


def test_a_model_that_only_thinks_is_ended_there_too(here: Parts, upstream: Upstream) -> None:
    upstream.says(reasoning=["hm, well " * 10_000] * 12)
    said = ask(here)
    *_, end = here.answers.watch(said.answer.id)
    assert isinstance(end, End)
    assert end.state is State.LENGTH
    assert len(here.archive.progress(said.answer.id).reasoning) == 1_000_000


def test_what_the_database_could_not_take_is_written_when_it_is_back(here: Parts, upstream: Upstream) -> None:
    upstream.says("Kept ", "after all.")
    upstream.stalls_after(1)
    said = ask(here)
    watching = here.answers.watch(said.answer.id)
    read_until(watching, "Kept")
    with here.archive.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE messages RENAME TO elsewhere")
    upstream.release()
    list(watching)
    with here.archive.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO messages")
    while here.archive.progress(said.answer.id).is_running:
        pass
    assert here.archive.progress(said.answer.id).text == "Kept after all."


def test_a_service_that_is_gone_fails_the_answer_in_words(here: Parts, upstream: Upstream) -> None:
    gone = InferenceClient(here.config.attachments[0].__class__("INFERENCE", "http://127.0.0.1:9", "inf-x"))
    said = here.archive.say(str(uuid4()), "alice", "Tell me", str(uuid4()))
    here.answers.start(said.answer, gone.ask(ChatRequest("parrot-2", ())), "parrot-2")
    *_, end = here.answers.watch(said.answer.id)
    assert isinstance(end, End)
    assert end.state is State.FAILED
    assert "can't be reached" in (end.error or "")
    gone.close()


def test_all_who_watch_see_the_same_whenever_they_came(here: Parts, upstream: Upstream) -> None:
    text = "Some *words* here, and there.\n\n- one\n- two\n\n```python\nprint(1)\n```\n\n" * 5
    upstream.says(*(text[at : at + 4] for at in range(0, len(text), 4)), pause=0.002)
    said = ask(here)
    with ThreadPoolExecutor(5) as readers:
        seen = list(readers.map(lambda _: read_until(here.answers.watch(said.answer.id), "never said"), range(15)))
    assert set(seen) == {whole(text)}


class Boastful(Reply):
    """A reply whose numbers fit no column of PostgreSQL's."""

    def __init__(self) -> None:
        pass

    def open(self) -> None:
        pass

    def batches(self) -> Generator[list[Event]]:
        yield [Text("Nothing is as long as this."), Tokens(10**12, 10**12)]

    def close(self) -> None:
        pass


def test_an_answer_that_can_not_be_kept_keeps_no_other_from_it(here: Parts, upstream: Upstream) -> None:
    upstream.says("Kept", " all the same.")
    upstream.stalls_after(1)
    said = ask(here)
    boast = here.archive.say(str(uuid4()), "alice", "How long is it?", str(uuid4()))
    here.answers.start(boast.answer, Boastful())
    *_, end = here.answers.watch(boast.answer.id)
    assert isinstance(end, End)
    upstream.release()
    list(here.answers.watch(said.answer.id))
    assert here.archive.progress(said.answer.id).text == "Kept all the same."


class Broken(Reply):
    """A reply that goes wrong in a way that nobody thought of."""

    def __init__(self) -> None:
        self.is_closed = False

    def open(self) -> None:
        pass

    def batches(self) -> Generator[list[Event]]:
        yield [Text("So far")]
        raise ZeroDivisionError

    def close(self) -> None:
        self.is_closed = True


def test_what_nobody_thought_of_leaves_no_answer_running(here: Parts) -> None:
    said = here.archive.say(str(uuid4()), "alice", "Tell me", str(uuid4()))
    reply = Broken()
    answer = Answer(said.answer, reply, "parrot-2")
    with pytest.raises(ZeroDivisionError):
        answer.run()
    assert reply.is_closed
    assert (answer.progress().state, answer.progress().text) == (State.INTERRUPTED, "So far")


def test_silence_is_longer_than_several_lines_of_the_journal() -> None:
    assert timedelta(seconds=5) < SILENCE
