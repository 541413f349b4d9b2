"""When an answer is written or packed in an odd way, or holds odd characters, it is an answer all the same."""

import json

import pytest

from tests.callers import Caller
from tests.faults.asking import ask, in_one_place
from tests.upstream import Json, Upstream, chunk, event

pytestmark = pytest.mark.as_on_a_dyno

STOP = chunk(finish="stop")
DONE = b"data: [DONE]\n\n"
WORDS = "Café 🦜 au lait"
WHOLE = (
    b"\xef\xbb\xbf: hello\n\n"
    + event(chunk("Café ", role="assistant"))
    + event(chunk("🦜 au", id=None))
    + event(chunk(" lait", finish="stop"))
    + event({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 5}})
    + DONE
)


@in_one_place
@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(b"data: {]\n\n", id="malformed JSON"),
        pytest.param(b'data: {"choices": [{"delta": {"content": "los\n\n', id="half an event"),
        pytest.param(b'data: "odd"\n\n', id="a word"),
        pytest.param(b"data: " + b"[" * 100_000 + b"\n\n", id="too deep"),
        pytest.param(chunk("", odd=1, logprobs=None) | {"system_fingerprint": "x"}, id="unknown fields"),
        pytest.param(chunk() | {"choices": []}, id="no choices"),
        pytest.param(chunk() | {"choices": None}, id="null choices"),
        pytest.param(chunk() | {"choices": [{"index": 0, "delta": None, "finish_reason": None}]}, id="a null delta"),
        pytest.param(chunk(None, role=None, content=None, tool_calls=None), id="a delta of nulls"),
        pytest.param(chunk(None, content=7), id="a number"),
        pytest.param(chunk() | {"usage": {"prompt_tokens": 0, "completion_tokens": 0}}, id="a usage of zeros"),
        pytest.param(chunk() | {"usage": "odd"}, id="a usage in words"),
    ],
)
def test_what_makes_no_sense_is_skipped_and_the_rest_arrives(visitor: Caller, upstream: Upstream, odd: Json) -> None:
    upstream.sends(chunk("be"), odd, chunk("fore"), STOP, DONE)
    answer = ask(visitor)
    assert (answer.state, answer.text, answer.end.get("usage")) == ("complete", "before", None)


def test_a_usage_of_zeros_does_not_replace_what_is_known(visitor: Caller, upstream: Upstream) -> None:
    known, zeros = [{"prompt_tokens": count, "completion_tokens": count} for count in (5, 0)]
    upstream.sends(chunk("Hi") | {"usage": known}, STOP | {"usage": zeros}, DONE)
    answer = ask(visitor)
    assert answer.end["usage"] == answer.kept["usage"] == {"prompt": 5, "completion": 5}
    assert "5 tokens" in answer.page.words


def test_an_answer_may_end_without_the_end_mark(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends(chunk("Hello there."), STOP)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "Hello there.")


def test_an_answer_may_be_followed_by_nothing_at_all(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends(chunk("Hello there."), STOP, end=False)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "Hello there.")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_an_answer_may_be_cut_anywhere(visitor: Caller, upstream: Upstream, size: int) -> None:
    upstream.sends(*[WHOLE[start : start + size] for start in range(0, len(WHOLE), size)])
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", WORDS)
    assert answer.end["usage"] == {"prompt": 3, "completion": 5}
    assert WORDS in answer.page.words


@in_one_place
@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(b"data: %s\r\n\r\ndata: [DONE]\r\n\r\n", id="CRLF"),
        pytest.param(b"data:%s\n\ndata:[DONE]\n\n", id="no blank after the colon"),
        pytest.param(b": hello\n\ndata: %s\n: still here\n\ndata: [DONE]\n\n", id="comments"),
        pytest.param(b"\xef\xbb\xbfdata: %s\n\ndata: [DONE]\n\n", id="a byte order mark"),
        pytest.param(b"id: 1\nevent: message\nretry: 10\ndata: %s\n\ndata: [DONE]\n\n", id="other fields"),
        pytest.param(b"data: %s\ndata: [DONE]", id="no empty lines"),
    ],
)
def test_events_may_be_written_in_several_ways(visitor: Caller, upstream: Upstream, lines: bytes) -> None:
    upstream.sends(lines % json.dumps(chunk("Hello there.")).encode())
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "Hello there.")


@in_one_place
def test_an_event_may_have_several_lines(visitor: Caller, upstream: Upstream) -> None:
    lines = json.dumps(chunk("Hello there."), indent=1).splitlines()
    upstream.sends("".join(f"data: {line}\n" for line in lines) + "\n", DONE)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "Hello there.")


@in_one_place
@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
def test_an_answer_may_be_compressed(visitor: Caller, upstream: Upstream, framing: str) -> None:
    upstream.sends(chunk("Hello"), chunk(" there."), STOP, DONE, gzip=True, framing=framing)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", "Hello there.")


@in_one_place
def test_what_is_not_compressed_as_it_says_is_no_answer(visitor: Caller, upstream: Upstream) -> None:
    upstream.sends(chunk("Hello there."), STOP, DONE, headers={"Content-Encoding": "gzip"})
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("failed", "")
    assert "is not an answer" in answer.error


@in_one_place
@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "text/html; charset=latin-1", ""])
def test_the_content_type_does_not_matter(visitor: Caller, upstream: Upstream, content_type: str) -> None:
    upstream.sends(chunk(WORDS), STOP, DONE, headers={"Content-Type": content_type})
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", WORDS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"a\xffb", "a\ufffdb", id="invalid UTF-8"),
        pytest.param(b"a\\u0000b", "a\ufffdb", id="NUL"),
        pytest.param(b"a\\ud800b", "a\ufffdb", id="half a surrogate pair"),
        pytest.param(b"a\\ud83e\\udd9cb", "a🦜b", id="a pair of surrogates"),
        pytest.param("a🦜b".encode(), "a🦜b", id="four bytes"),
        pytest.param("a\u202egnp.exe\u202cb".encode(), "a\u202egnp.exe\u202cb", id="right to left"),
        pytest.param("שלום a עולם".encode(), "שלום a עולם", id="both directions"),
    ],
)
def test_any_text_is_shown_and_kept_and_exported(
    visitor: Caller, upstream: Upstream, content: bytes, words: str
) -> None:
    upstream.sends(b'data: {"choices": [{"delta": {"content": "%b"}}]}\n\n' % content, STOP, DONE)
    answer = ask(visitor)
    assert (answer.state, answer.text) == ("complete", words)
    assert f"<p>{words}</p>" in answer.page.html
    assert ("block", {"index": 0, "html": f"<p>{words}</p>"}) in answer.events
    exported = visitor.read(f"{answer.address}.md")
    exported.encoding = "utf-8"
    assert words in exported.text


@pytest.mark.parametrize("thought", [b"a\xffb", b"a\\u0000b", b"a\\ud800b"], ids=["invalid UTF-8", "NUL", "surrogate"])
def test_any_thought_is_shown_and_kept(visitor: Caller, upstream: Upstream, thought: bytes) -> None:
    upstream.sends(b'data: {"choices": [{"delta": {"reasoning": "%b"}}]}\n\n' % thought, chunk("Hm."), STOP, DONE)
    answer = ask(visitor)
    assert (answer.state, answer.text, answer.kept["reasoning"]) == ("complete", "Hm.", "a\ufffdb")
    assert "a\ufffdb" in answer.page.words
