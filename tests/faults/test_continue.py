"""When an answer ended too soon, it goes on in its place: in the same message, from where it ends."""

from uuid import uuid4

import pytest

from tests.callers import Caller
from tests.faults.asking import Seen, ask, hear, in_one_place, press, seen
from tests.faults.conftest import READ_TIMEOUT
from tests.people import EVENTS
from tests.upstream import Json, Upstream, chunk

pytestmark = pytest.mark.as_on_a_dyno

STOP = chunk(finish="stop")
DONE = b"data: [DONE]\n\n"
PREFILL = "This model does not support assistant message prefill. The conversation must end with a user message."


def interrupted(visitor: Caller, upstream: Upstream, text: str = "So far") -> Seen:
    """An answer that broke off, and a service that has been asked nothing since."""
    upstream.sends(chunk(text))
    answer = ask(visitor, "How far?")
    assert (answer.state, answer.text) == ("interrupted", text)
    upstream.requests.clear()
    return answer


def test_an_answer_that_broke_off_goes_on_in_the_same_message(visitor: Caller, upstream: Upstream) -> None:
    broken = interrupted(visitor, upstream)
    upstream.says(", so", " good.")
    answer = press(visitor, broken.form("continue"))
    assert (answer.state, answer.text, answer.id) == ("complete", "So far, so good.", broken.id)
    assert answer.kept["error"] is None
    assert [message["role"] for message in visitor.kept(answer.address)] == ["user", "assistant"]
    assert not answer.offers("continue")
    assert upstream.chats[0]["messages"] == [
        {"role": "user", "content": "How far?"},
        {"role": "assistant", "content": "So far"},
    ]
    assert len(upstream.chats) == 1


@pytest.mark.parametrize("ended", ["stopped", "length"])
def test_an_answer_that_ended_otherwise_too_soon_goes_on_as_well(
    visitor: Caller, upstream: Upstream, ended: str
) -> None:
    before = stopped(visitor, upstream) if ended == "stopped" else cut(visitor, upstream)
    assert before.state == ended
    upstream.says(", so good.")
    answer = press(visitor, before.form("continue"))
    assert (answer.state, answer.text, answer.id) == ("complete", "So far, so good.", before.id)


def stopped(visitor: Caller, upstream: Upstream) -> Seen:
    upstream.says("So far", " and never further")
    upstream.stalls_after(1)
    start, events = visitor.say("How far?")
    first = next(events)
    visitor.press(visitor.page(start["url"]).form("/stop"))
    return seen(visitor, start, [first, *events])


def cut(visitor: Caller, upstream: Upstream) -> Seen:
    upstream.says("So far", finish="length")
    return ask(visitor, "How far?")


@in_one_place
@pytest.mark.parametrize(
    ("before", "more", "whole"),
    [
        ("So far", " and further", "So far and further"),
        ("So far ", " and further", "So far and further"),
        ("So far ", "and further", "So far and further"),
        ("```python\none = 1\n", "two = 2\n```\n\nSo far.", "```python\none = 1\ntwo = 2\n```\n\nSo far."),
        ("1. one\n2. tw", "o\n3. three", "1. one\n2. two\n3. three"),
        ("Caf", "\u00e9 \U0001f99c", "Caf\u00e9 \U0001f99c"),
    ],
    ids=["a blank after", "a blank on both sides", "a blank before", "code", "a list", "a word"],
)
def test_no_seam_is_seen(visitor: Caller, upstream: Upstream, before: str, more: str, whole: str) -> None:
    broken = interrupted(visitor, upstream, before)
    upstream.says(more)
    answer = press(visitor, broken.form("continue"))
    assert (answer.state, answer.text) == ("complete", whole)


@in_one_place
@pytest.mark.parametrize(
    "words",
    [PREFILL, "messages: roles must alternate between user and assistant", "the last message must be from the user"],
    ids=["no prefill", "alternating roles", "the last message"],
)
def test_a_model_that_does_not_go_on_by_itself_is_asked_to(visitor: Caller, upstream: Upstream, words: str) -> None:
    broken = interrupted(visitor, upstream)
    upstream.says(", so good.")
    upstream.refuses(400, {"error": {"code": 400, "message": words, "type": "invalid_request_error"}}, times=1)
    answer = press(visitor, broken.form("continue"))
    assert (answer.state, answer.text) == ("complete", "So far, so good.")
    first, second = (request["messages"] for request in upstream.chats)
    assert second[:-1] == first
    assert [message["role"] for message in second] == ["user", "assistant", "user"]
    assert [message["text"] for message in visitor.kept(answer.address)] == ["How far?", "So far, so good."]


def test_to_press_the_button_twice_asks_once(visitor: Caller, upstream: Upstream) -> None:
    broken = interrupted(visitor, upstream)
    upstream.says(", so", " good.")
    upstream.stalls_after(1)
    form = broken.form("continue")
    first = visitor.press(form, headers=EVENTS, stream=True)
    assert upstream.asked.wait(5)
    second = visitor.press(form, headers=EVENTS, stream=True)
    upstream.release()
    assert hear(visitor, first).text == hear(visitor, second).text == "So far, so good."
    assert press(visitor, form).text == "So far, so good."
    assert len(upstream.chats) == 1


def test_an_answer_that_goes_on_in_one_tab_is_watched_in_the_other(visitor: Caller, upstream: Upstream) -> None:
    one_tab = interrupted(visitor, upstream)
    other_tab = visitor.page(one_tab.address).form("/continue")
    upstream.says(", so", " good.")
    upstream.stalls_after(1)
    first = visitor.press(one_tab.form("continue"), headers=EVENTS, stream=True)
    assert upstream.asked.wait(5)
    second = visitor.press(other_tab, headers=EVENTS, stream=True)
    upstream.release()
    assert hear(visitor, first).text == hear(visitor, second).text == "So far, so good."
    assert len(upstream.chats) == 1


def test_an_answer_that_is_whole_is_left_as_it_is(visitor: Caller, upstream: Upstream) -> None:
    broken = interrupted(visitor, upstream)
    upstream.says(", so good.")
    whole = press(visitor, broken.form("continue"))
    upstream.requests.clear()
    late = press(visitor, broken.form("continue"), turn=str(uuid4()))
    assert (late.state, late.text, late.id) == ("complete", "So far, so good.", whole.id)
    assert upstream.chats == []


def test_a_stranger_finds_nothing_to_go_on_with(visitor: Caller, upstream: Upstream) -> None:
    broken = interrupted(visitor, upstream)
    with Caller(visitor.server) as stranger:
        token = stranger.page().form("/turns").fields["csrf_token"]
        for headers in (EVENTS, {}):
            assert stranger.press(broken.form("continue"), headers=headers, csrf_token=token).status_code == 404
    assert upstream.chats == []
    assert visitor.kept(broken.address)[-1] == broken.kept


def assert_it_may_go_on_later(answer: Seen, broken: Seen, text: str = "So far") -> None:
    """What came is there still, and the button is as well."""
    assert (answer.state, answer.text, answer.id) == ("interrupted", text, broken.id)
    assert answer.offers("continue")
    assert answer.offers("retry")
    assert text in answer.page.words


@pytest.mark.parametrize(
    ("status", "words"),
    [(400, "did not accept"), (404, "does not know this model"), (413, "more than the model's service takes")],
)
@in_one_place
def test_a_refusal_to_go_on_takes_nothing_away(visitor: Caller, upstream: Upstream, status: int, words: str) -> None:
    broken = interrupted(visitor, upstream)
    upstream.refuses(status)
    answer = press(visitor, broken.form("continue"))
    assert_it_may_go_on_later(answer, broken)
    assert words in answer.error
    upstream.says(", so good.")
    assert press(visitor, answer.form("continue")).text == "So far, so good."


def test_a_limit_is_counted_down_until_it_may_go_on(visitor: Caller, upstream: Upstream) -> None:
    broken = interrupted(visitor, upstream)
    upstream.refuses(429, headers={"Retry-After": "60"})
    answer = press(visitor, broken.form("continue"))
    assert_it_may_go_on_later(answer, broken)
    assert 30 <= answer.end["retry_after"] <= 60
    assert "<parley-countdown seconds=" in answer.page.html
    upstream.says(", so good.")
    whole = press(visitor, answer.form("continue"))
    assert (whole.state, whole.end.get("retry_after")) == ("complete", None)
    assert "<parley-countdown" not in whole.page.html


def test_what_breaks_off_again_goes_on_from_there(visitor: Caller, upstream: Upstream) -> None:
    broken = interrupted(visitor, upstream)
    upstream.sends(chunk(", so"))
    again = press(visitor, broken.form("continue"))
    assert_it_may_go_on_later(again, broken, "So far, so")
    upstream.says(" good.")
    assert press(visitor, again.form("continue")).text == "So far, so good."
    assert [request["messages"][-1]["content"] for request in upstream.chats] == ["So far", "So far, so"]


@pytest.mark.parametrize("nothing", [(), (DONE,), (STOP, DONE)], ids=["no body", "the end at once", "no words"])
@in_one_place
def test_nothing_more_takes_nothing_away(visitor: Caller, upstream: Upstream, nothing: Json) -> None:
    broken = interrupted(visitor, upstream)
    upstream.sends(*nothing)
    answer = press(visitor, broken.form("continue"))
    assert_it_may_go_on_later(answer, broken)
    assert "returned nothing" in answer.error


@in_one_place
def test_silence_takes_nothing_away(visitor: Caller, upstream: Upstream) -> None:
    broken = interrupted(visitor, upstream)
    upstream.stalls_before_headers()
    answer = press(visitor, broken.form("continue"))
    assert_it_may_go_on_later(answer, broken)
    assert answer.end["seconds"] >= broken.end["seconds"] + READ_TIMEOUT


def test_an_answer_goes_on_without_scripts(visitor: Caller, upstream: Upstream) -> None:
    broken = interrupted(visitor, upstream)
    upstream.says(", so good.")
    response = visitor.press(broken.form("continue"))
    assert [redirect.status_code for redirect in response.history] == [303]
    assert "So far, so good." in visitor.page(f"/answers/{broken.id}").words
    assert "So far, so good." in visitor.page(broken.address).words


@in_one_place
def test_what_it_took_adds_up(visitor: Caller, upstream: Upstream) -> None:
    upstream.says("So far", usage=(3, 2), finish="length", reasoning=["Let me see."])
    first = ask(visitor)
    upstream.says(", so good.", usage=(5, 4), reasoning=[" Indeed."])
    whole = press(visitor, first.form("continue"))
    assert whole.end["usage"] == {"prompt": 8, "completion": 6}
    assert whole.kept["reasoning"].startswith("Let me see.")
    assert whole.kept["reasoning"].endswith("Indeed.")
    assert whole.end["seconds"] >= first.end["seconds"]
