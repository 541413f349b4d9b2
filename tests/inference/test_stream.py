"""What a streamed answer may look like on the wire, and what is understood of it."""

import json

import pytest

from parley.inference.client import InferenceClient
from parley.inference.events import Answering, Finished, Reasoning, Text, Usage
from tests.inference.asking import QUESTION, ask
from tests.upstream import Json, Upstream, chunk, event

DONE = b"data: [DONE]\n\n"
STOP = chunk(finish="stop")


def test_an_answer_comes_as_text_with_what_is_known_about_it(client: InferenceClient, upstream: Upstream) -> None:
    upstream.says("Hel", "lo", reasoning=("Hm.",), usage=(7, 2), model="parrot-2b")
    assert ask(client).events == [
        Answering("parrot-2b"),
        Reasoning("Hm."),
        Text("Hel"),
        Text("lo"),
        Finished("stop"),
        Usage(7, 2),
    ]


def test_what_comes_at_once_is_one_batch(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(b"".join(map(event, (chunk("a"), chunk("b"), STOP))) + DONE)
    with client.ask(QUESTION) as reply:
        assert list(reply.batches()) == [[Answering("parrot-2"), Text("a"), Text("b"), Finished("stop")]]


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
def test_a_reader_who_was_away_gets_all_that_came_meanwhile(
    either_client: InferenceClient, either_upstream: Upstream, framing: str
) -> None:
    either_upstream.sends(*[chunk("word ")] * 100, STOP, DONE, framing=framing)
    with either_client.ask(QUESTION) as reply:
        reply.open()
        assert either_upstream.answered.wait(2)
        batches = list(reply.batches())
    assert len(batches) == 1
    assert len(batches[0]) == 102


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
def test_a_word_is_passed_on_before_the_next_one_is_sent(
    client: InferenceClient, upstream: Upstream, framing: str
) -> None:
    upstream.sends(chunk("first"), chunk(" second"), STOP, DONE, framing=framing)
    upstream.stalls_after(1)
    with client.ask(QUESTION) as reply:
        batches = reply.batches()
        assert Text("first") in next(batches)
        upstream.release()
        assert Text(" second") in [event for batch in batches for event in batch]


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
@pytest.mark.parametrize("gzip", [False, True])
def test_the_body_may_be_framed_and_packed_in_any_way(
    client: InferenceClient, upstream: Upstream, framing: str, gzip: bool
) -> None:
    upstream.sends(*[chunk(word) for word in ["so", "it", "goes", ""]], STOP, DONE, framing=framing, gzip=gzip)
    assert ask(client).text == "soitgoes"


@pytest.mark.parametrize("framing", ["chunked", "length"])
def test_a_server_may_close_the_connection_after_its_answer(
    either_client: InferenceClient, either_upstream: Upstream, framing: str
) -> None:
    either_upstream.sends(chunk("Hi"), STOP, DONE, framing=framing, headers={"Connection": "close"})
    heard = ask(either_client)
    assert (heard.text, heard.error) == ("Hi", None)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(b"data:%s\n\ndata:[DONE]\n\n", id="no blank after the colon"),
        pytest.param(b"data: %s\r\n\r\ndata: [DONE]\r\n\r\n", id="CRLF"),
        pytest.param(b"event: message\ndata: %s\n\nevent: done\ndata: [DONE]\n\n", id="named events"),
        pytest.param(b"event:message\r\ndata:%s\r\n\r\nevent:done\r\ndata:[DONE]\r\n\r\n", id="all at once"),
        pytest.param(b": hello\n\n:\ndata: %s\n: still here\n\ndata: [DONE]\n\n", id="comments"),
        pytest.param(b"\xef\xbb\xbfdata: %s\n\ndata: [DONE]\n\n", id="a byte order mark"),
        pytest.param(b"id: 1\nretry: 10\nodd: 1\ndata: %s\n\ndata: [DONE]\n\n", id="other fields"),
        pytest.param(b"\n\n\ndata: %s\n\n\n\ndata:   [DONE]  \n\n", id="blanks and empty lines"),
        pytest.param(b'data: %s\n\ndata: "[DONE]"\n\n', id="the end mark in quotes"),
        pytest.param(b"data: %s\n\nevent: done\ndata: {}\n\n", id="the end as a name"),
        pytest.param(b"data: %s\n\ndata: [DONE]", id="no empty line at the end"),
        pytest.param(b"data: %s\ndata: [DONE]\n", id="no empty lines at all"),
    ],
)
def test_events_may_be_written_in_several_ways(client: InferenceClient, upstream: Upstream, lines: bytes) -> None:
    upstream.sends(lines % json.dumps(chunk("Hi")).encode())
    heard = ask(client)
    assert (heard.text, heard.error) == ("Hi", None)


def test_one_event_may_have_several_lines_of_data(client: InferenceClient, upstream: Upstream) -> None:
    lines = json.dumps(chunk("Hi"), indent=1).splitlines()
    upstream.sends("".join(f"data: {line}\n" for line in lines) + "\n", DONE)
    assert ask(client).text == "Hi"


@pytest.mark.parametrize(
    "odd",
    [
        chunk() | {"choices": []},
        chunk() | {"choices": None},
        chunk() | {"choices": {}},
        chunk() | {"choices": ["odd"]},
        chunk() | {"choices": [{"index": 0, "delta": None, "finish_reason": None}]},
        chunk() | {"choices": [{"index": 0, "delta": "odd"}]},
        chunk() | {"choices": [{"index": 0}], "usage": "odd"},
        chunk(None, role=None, content=None, tool_calls=None),
        chunk(None, content=7),
        chunk("", refusal=None, annotations=[], logprobs=None),
        chunk() | {"error": None, "system_fingerprint": "x", "service_tier": None},
        {"object": "ping"},
        ["odd"],
        b'data: "odd"\n\n',
        None,
        b'data: {"choices": [{"delta": {"content": "los\n\n',
        b"data: {]\n\n",
        b"data:\n\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
        b"data\n\n",
    ],
)
def test_what_makes_no_sense_is_skipped_and_the_rest_arrives(
    client: InferenceClient, upstream: Upstream, odd: Json
) -> None:
    upstream.sends(chunk("be"), odd, chunk("fore"), STOP, DONE)
    heard = ask(client)
    assert (heard.text, heard.error) == ("before", None)


@pytest.mark.parametrize(
    "delta",
    [{"reasoning": {"thinking": "Hm.", "signature": "x"}}, {"reasoning_content": "Hm."}, {"reasoning": "Hm."}],
)
def test_reasoning_goes_by_three_names(client: InferenceClient, upstream: Upstream, delta: Json) -> None:
    upstream.sends(chunk(None, **delta), chunk("Yes."), STOP, DONE)
    heard = ask(client)
    assert (heard.reasoning, heard.text) == ("Hm.", "Yes.")


def test_reasoning_under_two_names_at_once_is_heard_once(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk(None, reasoning="Hm.", reasoning_content="Hm."), chunk("Yes."), STOP, DONE)
    assert ask(client).reasoning == "Hm."


def test_the_content_may_be_a_list_of_parts(client: InferenceClient, upstream: Upstream) -> None:
    parts = [{"type": "text", "text": "a"}, "b", {"type": "image_url"}, {"type": "text", "text": None}, None]
    upstream.sends(chunk(None, content=parts), STOP, DONE)
    assert ask(client).text == "ab"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("stop", "stop"),
        ("end_turn", "stop"),
        ("length", "length"),
        ("max_tokens", "length"),
        ("content_filter", "content_filter"),
        ("tool_calls", "tool_calls"),
        ("function_call", "tool_calls"),
        ("STOP", "stop"),
    ],
)
def test_reasons_to_stop_have_four_names(client: InferenceClient, upstream: Upstream, said: str, meant: str) -> None:
    upstream.says("Hi", finish=said)
    assert ask(client).reasons == [meant]


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_reason_is_not_a_reason_to_stop(client: InferenceClient, upstream: Upstream, empty: str) -> None:
    upstream.sends(chunk("Hi", finish=empty), chunk(" there", finish="length"), chunk(finish="stop"), DONE)
    heard = ask(client)
    assert (heard.text, heard.reasons) == ("Hi there", ["length"])


def test_the_reason_may_come_with_the_last_word(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk("Hi", finish="stop"), DONE)
    assert ask(client).events == [Answering("parrot-2"), Text("Hi"), Finished("stop")]


def test_the_last_usage_that_is_not_zero_holds(client: InferenceClient, upstream: Upstream) -> None:
    counts = [(0, 0), (3, 1), (3, 2), (3, 2), (0, 0)]
    usages = [{"prompt_tokens": prompt, "completion_tokens": completion} for prompt, completion in counts]
    upstream.sends(*[chunk("a") | {"usage": usage} for usage in usages], STOP | {"usage": None}, DONE)
    assert ask(client).usage == [(3, 1), (3, 2)]


def test_usage_may_come_after_the_end(client: InferenceClient, upstream: Upstream) -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}}
    upstream.sends(chunk("a"), STOP, usage, DONE)
    assert ask(client).events[-1] == Usage(3, 1)


def test_an_answer_may_end_without_the_end_mark(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk("Hi"), STOP)
    heard = ask(client)
    assert (heard.text, heard.reasons, heard.error) == ("Hi", ["stop"], None)


def test_an_answer_may_end_with_nothing_but_the_end_mark(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk("Hi"), DONE)
    heard = ask(client)
    assert (heard.text, heard.reasons, heard.error) == ("Hi", [], None)


def test_nothing_is_heard_after_the_end_mark(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk("Hi"), STOP, DONE, chunk(" and bye"), {"error": "late"}, end=False)
    heard = ask(client)
    assert (heard.text, heard.error) == ("Hi", None)


def test_nobody_waits_for_long_once_the_answer_is_finished(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk("Hi"), STOP, end=False)
    heard = ask(client)
    assert (heard.text, heard.reasons, heard.error) == ("Hi", ["stop"], None)


def test_a_connection_that_breaks_after_the_end_breaks_nothing(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk("Hi"), STOP)
    upstream.drops_after(2)
    heard = ask(client)
    assert (heard.text, heard.error) == ("Hi", None)


def test_a_whole_message_beside_its_last_piece_is_not_heard_twice(client: InferenceClient, upstream: Upstream) -> None:
    last = {"choices": [{"delta": {}, "message": {"content": "Hi"}, "finish_reason": "stop"}]}
    upstream.sends(chunk("Hi"), last, DONE)
    assert ask(client).text == "Hi"


def test_a_call_of_a_tool_is_an_answer_too(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk(None, tool_calls=[{"index": 0, "id": "1"}]), chunk(finish="tool_calls"), DONE)
    heard = ask(client)
    assert (heard.reasons, heard.error) == (["tool_calls"], None)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_whole_completion_may_come_where_a_stream_was_asked_for(
    client: InferenceClient, upstream: Upstream, indent: int | None
) -> None:
    completion = {
        "object": "chat.completion",
        "model": "parrot-2",
        "choices": [{"message": {"content": "Hi", "reasoning": {"thinking": "Hm."}}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 1},
    }
    upstream.sends(json.dumps(completion, indent=indent), headers={"Content-Type": "application/json"})
    expected = [Answering("parrot-2"), Reasoning("Hm."), Text("Hi"), Finished("stop"), Usage(3, 1)]
    assert ask(client).events == expected


def test_the_content_type_does_not_matter(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk("é"), STOP, DONE, headers={"Content-Type": "text/plain"})
    assert ask(client).text == "é"


def test_an_event_of_a_megabyte_arrives(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk("x" * 1_000_000), STOP, DONE)
    assert len(ask(client).text) == 1_000_000


def test_a_line_that_never_ends_is_given_up(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk("Hi"), b"data: " + b"x" * 5_000_000, STOP, DONE)
    heard = ask(client)
    assert heard.text == "Hi"
    assert heard.error
    assert heard.error.kind == "garbled"


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        (b'data: {"choices": [{"delta": {"content": "a\xffb"}}]}\n\n', "a\ufffdb"),
        (b'data: {"choices": [{"delta": {"content": "a\\ud800b"}}]}\n\n', "a\ufffdb"),
        (b'data: {"choices": [{"delta": {"content": "\\ud83e\\udd9c"}}]}\n\n', "🦜"),
        (b'data: {"choices": [{"delta": {"content": "a\\u0000b"}}]}\n\n', "a\ufffdb"),
        (event(chunk("é 🦜 \u2028 \x85 \u202e عربي")), "é 🦜 \u2028 \x85 \u202e عربي"),
    ],
)
def test_any_text_becomes_text_that_can_be_kept(
    client: InferenceClient, upstream: Upstream, sent: bytes, heard: str
) -> None:
    upstream.sends(sent, STOP, DONE)
    assert ask(client).text == heard
