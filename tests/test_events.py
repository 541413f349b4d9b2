"""What a script is told of an answer, in the order of docs/stream.md."""

from typing import Any

import pytest

from app import create_app
from parley import schema
from parley.config import Config
from parley.event_stream import MIMETYPE
from parley.markdown import apply_append
from tests.people import EVENTS, Person, events_of
from tests.upstream import Upstream, chunk

Events = list[tuple[str, dict[str, Any]]]

LONG = """
# Title

Some *words* and more.

- one
- two

```python
print(1)
```

| a | b |
|---|---|
| 1 | 2 |
"""


def names(events: Events) -> list[str]:
    return [name for name, _ in events]


def html_of(events: Events) -> str:
    """What a reader has in the page at the end, who does nothing but what the events say."""
    blocks: dict[int, str] = {}
    for name, fields in events:
        if name == "block":
            blocks[fields["index"]] = fields["html"]
        if name == "append":
            blocks[max(blocks)] = apply_append(blocks[max(blocks)], fields["text"])
    return "".join(html for _, html in sorted(blocks.items()))


def test_an_answer_is_told_from_its_start_to_its_end(alice: Person, upstream: Upstream) -> None:
    upstream.says("Hello", " there.")
    events = alice.hear("Hi")
    start, end = events[0][1], events[-1][1]
    assert names(events)[0] == "start"
    assert names(events)[-1] == "end"
    assert start["title"] == "Hi"
    assert f'id="message-{start["question"]}"' in start["html"]
    assert f'id="message-{start["answer"]}"' in start["html"]
    assert start["url"] == f"/conversations/{start['conversation']}"
    assert end["state"] == "complete"
    assert end["model"] == "parrot-2"
    assert end["usage"] == {"prompt": 3, "completion": 5}
    assert end["seconds"] >= 0
    assert html_of(events) == "<p>Hello there.</p>"


def test_what_streamed_in_is_what_a_reload_shows(alice: Person, upstream: Upstream) -> None:
    upstream.says(*(LONG[at : at + 3] for at in range(0, len(LONG), 3)))
    upstream.stalls_after(20)
    coming = events_of(alice.send("Show me everything", headers=EVENTS))
    events = [next(coming)]
    while "Some <em>words</em>" not in html_of(events):
        events.append(next(coming))
    upstream.release()
    events += coming
    assert "<table>" in html_of(events)
    assert html_of(events) in alice.open(events[0][1]["url"]).html


def test_the_headers_keep_everyone_from_buffering(alice: Person) -> None:
    response = alice.send("Hi", headers=EVENTS)
    assert response.mimetype == MIMETYPE
    assert response.headers["Cache-Control"] == "no-store, no-transform"
    assert response.headers["X-Accel-Buffering"] == "no"
    response.close()


def test_the_first_bytes_are_a_heartbeat_before_the_model_has_said_a_word(alice: Person, upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    response = alice.send("Hi", headers=EVENTS)
    assert next(iter(response.response)) == b": \n\n"
    upstream.release()
    response.close()


def test_reasoning_is_told_and_not_sent_back(alice: Person, upstream: Upstream) -> None:
    upstream.says("Four.", reasoning=("Two and ", "two"))
    events = alice.hear("2 + 2?")
    assert "".join(fields["text"] for name, fields in events if name == "reasoning") == "Two and two"
    here = events[0][1]["url"]
    assert "Two and two" in alice.open(here).words
    alice.say("And 3 + 3?", at=here)
    assert "Two and two" not in str(upstream.chats[-1])


def test_a_reader_who_comes_late_hears_all_of_it(alice: Person, upstream: Upstream) -> None:
    upstream.says("One. ", "Two. ", "Three.")
    upstream.stalls_after(2)
    first = alice.send("Count", headers=EVENTS)
    early = events_of(first)
    start = next(early)[1]
    heard: Events = []
    while "Two." not in html_of(heard):
        heard.append(next(early))

    late = events_of(alice.client.get(f"/answers/{start['answer']}/events"))
    catching_up = [next(late)]
    assert "Two." in html_of(catching_up)
    upstream.release()
    assert html_of(heard + list(early)) == html_of(catching_up + list(late)) == "<p>One. Two. Three.</p>"


def test_a_reader_who_leaves_ends_nothing(alice: Person, upstream: Upstream) -> None:
    upstream.says("One. ", "Two.")
    upstream.stalls_after(1)
    response = alice.send("Count", headers=EVENTS)
    start = next(events_of(response))[1]
    response.close()
    upstream.release()
    events = list(events_of(alice.client.get(f"/answers/{start['answer']}/events")))
    assert html_of(events) == "<p>One. Two.</p>"


def test_an_ended_answer_is_told_again_to_whoever_asks(alice: Person, upstream: Upstream) -> None:
    upstream.says("Done.")
    answer = alice.hear("Do it")[0][1]["answer"]
    events = list(events_of(alice.client.get(f"/answers/{answer}/events")))
    assert html_of(events) == "<p>Done.</p>"
    assert events[-1][1]["state"] == "complete"


@pytest.mark.parametrize("phase", ["before_headers", "in_mid_answer"])
def test_stop_hangs_up_on_the_model_and_keeps_what_came(alice: Person, upstream: Upstream, phase: str) -> None:
    upstream.says("Once upon ", "a time")
    if phase == "before_headers":
        upstream.stalls_before_headers()
    else:
        upstream.stalls_after(1)
    response = alice.send("Tell me a story", headers=EVENTS)
    events = events_of(response)
    heard = [next(events)]
    while phase == "in_mid_answer" and "Once upon" not in html_of(heard):
        heard.append(next(events))

    here, answer = heard[0][1]["url"], heard[0][1]["answer"]
    stop = next(form for form in alice.open(here).forms if form.action == f"/answers/{answer}/stop")
    assert alice.client.post(stop.action, data=stop.fields, headers=EVENTS).status_code == 204
    assert upstream.hung_up.wait(1)
    heard += list(events)
    assert heard[-1][1]["state"] == "stopped"
    assert "Stopped." in alice.open(here).words
    assert ("Once upon" in alice.open(here).words) == (phase == "in_mid_answer")


def test_stop_without_script_leads_back_to_the_page(alice: Person, upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    here = alice.send("Tell me a story").location
    stop = alice.open(here).form("/stop")
    response = alice.client.post(stop.action, data=stop.fields)
    assert (response.status_code, response.location) == (303, here)
    place = here.partition("#")[2]
    assert f'id="{place}"' in alice.open(here).html


def test_an_answer_that_breaks_off_is_kept_as_far_as_it_came(alice: Person, upstream: Upstream) -> None:
    upstream.says("So far", " and no further")
    upstream.drops_after(1)
    events = alice.hear("Tell me")
    assert events[-1][1]["state"] == "interrupted"
    assert events[-1][1]["error"]
    assert "So far" in alice.open(events[0][1]["url"]).words


def test_an_error_in_mid_answer_is_told_in_its_words(alice: Person, upstream: Upstream) -> None:
    upstream.sends(chunk("So far"), {"error": {"message": "overloaded"}})
    end = alice.hear("Tell me")[-1][1]
    assert end["state"] == "interrupted"
    assert "overloaded" in end["error"]


def test_a_refusal_is_told_and_the_kept_question_can_be_asked_again(alice: Person, upstream: Upstream) -> None:
    upstream.refuses(401, {"error": {"message": "invalid key"}}, times=1)
    here = alice.say("Are you there?")
    page = alice.open(here)
    assert "Are you there?" in page.words
    upstream.says("I am.")
    retry = page.form("/retry")
    assert alice.client.post(retry.action, data=retry.fields).location.partition("#")[0] == here
    alice.finish(here)
    again = alice.open(here)
    assert "I am." in again.words
    assert again.questions == ["Are you there?"]
    assert "1 / 2" not in again.words


def test_retry_pressed_twice_asks_once(alice: Person, upstream: Upstream) -> None:
    upstream.says("So f")
    upstream.drops_after(1)
    here = alice.say("Tell me")
    upstream.says("So far.")
    retry = alice.open(here).form("/retry")
    for _ in range(2):
        events = list(events_of(alice.client.post(retry.action, data=retry.fields, headers=EVENTS)))
        assert html_of(events) == "<p>So far.</p>"
    assert len(upstream.chats) == 2
    assert "2 / 2" in alice.open(here).words


def test_an_answer_that_the_model_cut_says_so(alice: Person, upstream: Upstream) -> None:
    upstream.says("And then", finish="length")
    events = alice.hear("Tell me everything")
    assert events[-1][1]["state"] == "length"
    assert "greatest length" in alice.open(events[0][1]["url"]).words


def test_an_answer_of_nothing_is_a_failure(alice: Person, upstream: Upstream) -> None:
    upstream.says()
    end = alice.hear("Say nothing")[-1][1]
    assert end["state"] == "failed"
    assert "The model returned nothing" in end["error"]


def test_a_refusal_for_a_script_is_json(alice: Person) -> None:
    response = alice.send(" ", headers=EVENTS)
    assert response.status_code == 422
    assert response.get_json()["error"].keys() == {"kind", "message", "field"}
    response = alice.client.get("/conversations/00000000-0000-4000-8000-000000000000", headers=EVENTS)
    assert response.get_json()["error"]["kind"] == "not_found"


def test_the_key_is_in_no_event_and_on_no_page(alice: Person, upstream: Upstream) -> None:
    upstream.refuses(401, {"error": {"message": f"the key {upstream.key} is wrong"}})
    response = alice.send("Hi", headers=EVENTS)
    events = list(events_of(response))
    assert upstream.key not in str(events)
    assert events[-1][1]["state"] == "failed"
    assert upstream.key not in alice.open(events[0][1]["url"]).html


def test_a_message_is_kept_though_the_service_can_not_even_list_its_models(database_url: str) -> None:
    env = {"INFERENCE_URL": "http://127.0.0.1:9", "INFERENCE_KEY": "inf-x"}
    app = create_app(Config.from_env({"SECRET_KEY": "x", "DATABASE_URL": database_url, **env}))
    schema.upgrade(app.extensions["parley"].archive.database)
    alice = Person(app)
    events = alice.hear("Is anybody there?")
    assert events[-1][1]["state"] == "failed"
    assert "can't be reached" in events[-1][1]["error"]
    page = alice.open(events[0][1]["url"])
    assert page.questions == ["Is anybody there?"]
    retry = page.form("/retry")
    refusal = alice.client.post(retry.action, data=retry.fields, headers=EVENTS)
    assert (refusal.status_code, refusal.get_json()["error"]["kind"]) == (502, "unreachable")
    app.extensions["parley"].answers.farewell(1)
    app.extensions["parley"].archive.database.close()


def test_retry_asks_the_model_that_was_asked_before(alice: Person, upstream: Upstream) -> None:
    upstream.refuses(401, {"error": {"message": "invalid key"}}, times=1)
    here = alice.say("Are you there?", model="owl-1")
    upstream.says("I am.")
    retry = alice.open(here).form("/retry")
    alice.client.post(retry.action, data=retry.fields)
    alice.finish(here)
    assert [chat["model"] for chat in upstream.chats] == ["owl-1", "owl-1"]
