"""What a model thinks: beneath a summary that says for how long, the same words wherever it is read."""

import re
import time
from collections.abc import Iterable

import pytest

from parley.answers.thinking import Thinking
from parley.conversation import State, thought_for
from parley.document import pieces
from parley.event_stream import End, Event, Notice, Reasoning
from parley.markdown import Block
from tests.people import Person
from tests.upstream import Upstream

pytestmark = pytest.mark.on_sqlite

MOMENT = "Thought for a moment"


def summaries(html: str) -> list[str]:
    return re.findall(r"<summary>([^<]*)</summary>", html)


def document(*events: Event) -> str:
    return "".join(pieces([*events, End(State.COMPLETE)]))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, MOMENT), (0.99, MOMENT), (1, "Thought for 1 s"), (12.4, "Thought for 12 s"), (119.4, "Thought for 119 s")],
)
def test_seconds_are_told_as_a_person_would(seconds: float, words: str) -> None:
    assert thought_for(seconds) == words


def test_minutes_are_told_where_seconds_would_be_many() -> None:
    assert thought_for(200) == "Thought for 3 min"


def test_the_stream_the_page_and_the_document_say_the_same_of_thoughts(alice: Person, upstream: Upstream) -> None:
    upstream.says("Four.", reasoning=("Two and ", "two"))
    events = alice.hear("2 + 2?")
    assert "<summary>Thinking</summary>" in events[0][1]["html"]
    [told] = [fields["summary"] for name, fields in events if "summary" in fields]
    page = alice.open(events[0][1]["url"])
    late = alice.client.get(f"/answers/{events[0][1]['answer']}").text
    assert [told] == [one for one in summaries(page.html) if "hought" in one] == summaries(late) == [MOMENT]
    assert '<details class="reasoning" open' not in page.html + late


def test_for_how_long_it_thought_is_told_when_the_words_begin(alice: Person, upstream: Upstream) -> None:
    upstream.says("Four.", reasoning=("Two and ", "two"))
    names = [(name, "summary" in fields) for name, fields in alice.hear("2 + 2?")]
    assert names.index(("reasoning", True)) < names.index(("block", False))


def test_a_model_that_does_not_speak_in_the_end_is_timed_as_well(alice: Person, upstream: Upstream) -> None:
    upstream.says(reasoning=("Two and two",))
    events = alice.hear("2 + 2?")
    assert [fields["summary"] for _name, fields in events if "summary" in fields] == [MOMENT]
    kept = alice.client.get(events[0][1]["url"] + ".json").get_json()["messages"][-1]
    assert 0 <= kept["thought_seconds"] <= kept["seconds"]


def test_a_model_that_does_not_think_has_no_seconds_of_it(alice: Person) -> None:
    kept = alice.client.get(alice.say("Hello") + ".json").get_json()["messages"][-1]
    assert kept["thought_seconds"] is None


def test_thoughts_in_the_text_itself_are_thoughts(alice: Person, upstream: Upstream) -> None:
    upstream.says("<think>Two and ", "two</th", "ink>\n\nFour.")
    here = alice.say("2 + 2?")
    kept = alice.client.get(here + ".json").get_json()["messages"][-1]
    assert (kept["text"], kept["reasoning"]) == ("Four.", "Two and two")
    alice.say("And 3 + 3?", at=here)
    assert "Two and two" not in str(upstream.chats[-1])


def test_thoughts_further_down_in_a_text_are_not_sent_back_either(alice: Person, upstream: Upstream) -> None:
    upstream.says("Four. <think>Or five?</think>Yes, four.")
    here = alice.say("2 + 2?")
    alice.say("And 3 + 3?", at=here)
    assert upstream.chats[-1]["messages"][1]["content"] == "Four. Yes, four."


def test_the_seconds_of_an_answer_that_goes_on_add_up(alice: Person, upstream: Upstream) -> None:
    upstream.says("So far", finish="length", reasoning=("Let me see.",))
    here = alice.say("How?")
    first = alice.client.get(here + ".json").get_json()["messages"][-1]
    upstream.says(", so good.", reasoning=(" Indeed.",))
    form = alice.open(here).form("/continue")
    alice.client.post(form.action, data=form.fields)
    alice.finish(here)
    second = alice.client.get(here + ".json").get_json()["messages"][-1]
    assert second["reasoning"] == "Let me see. Indeed."
    assert second["thought_seconds"] >= first["thought_seconds"]


def test_an_answer_that_is_asked_for_anew_in_its_place_thinks_anew(alice: Person, upstream: Upstream) -> None:
    upstream.sends(b'data: {"choices": [{"delta": {"reasoning": "Hm."}}]}\n\n', b"data: {}\n\n")
    here = alice.say("How?")
    upstream.says("So.")
    form = alice.open(here).form("/retry")
    alice.client.post(form.action, data=form.fields)
    alice.finish(here)
    kept = alice.client.get(here + ".json").get_json()["messages"][-1]
    assert (kept["text"], kept["reasoning"], kept["thought_seconds"]) == ("So.", "", None)


def test_only_thinking_is_counted_and_all_of_it() -> None:
    thinking = Thinking(before=10.0)
    assert thinking.seconds == 10.0
    thinking.begin()
    time.sleep(0.02)
    thinking.begin()
    assert thinking.end()
    counted = thinking.seconds
    assert counted is not None
    assert 10.02 <= counted < 11
    time.sleep(0.02)
    assert not thinking.end()
    assert thinking.seconds == counted


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ([Reasoning("a"), Reasoning("b")], ["Thinking"]),
        ([Reasoning("ab", MOMENT)], [MOMENT]),
        ([Reasoning("a"), Reasoning("b"), Reasoning("", MOMENT)], ["Thinking", MOMENT]),
        ([Reasoning("a"), Notice("!"), Reasoning("b"), Reasoning("", MOMENT)], ["Thinking", "Thinking", MOMENT]),
    ],
)
def test_a_document_sends_thoughts_again_beneath_their_summary(events: Iterable[Event], shown: list[str]) -> None:
    html = document(*events, Block(0, "<p>Yes</p>"))
    assert summaries(html) == shown
    last = html.rpartition("<details")[2]
    assert '<div class="reasoning__text">ab</div></details>' in last
    assert html.count("<details") == html.count("</details>")


def test_a_document_takes_no_thoughts_once_there_are_words() -> None:
    assert "b" not in document(Reasoning("a", MOMENT), Block(0, "<p>Yes</p>"), Reasoning("b", MOMENT)).split("Yes")[1]
