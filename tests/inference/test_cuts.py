"""The bytes of an answer mean the same wherever the network cuts them."""

import json

import pytest

from parley.inference.decoder import Decoder
from parley.inference.errors import InferenceError
from parley.inference.events import Event, Text
from tests.upstream import chunk, event

WHOLE = (
    b"\xef\xbb\xbf: hello\r\n\r\n"
    + event(chunk("é", role="assistant"))
    + b"event:message\r\ndata:" + json.dumps(chunk("🦜 \u2028"), ensure_ascii=False).encode() + b"\r\n\r\n"
    + "".join(f"data: {line}\n" for line in json.dumps(chunk(None, reasoning="Hm."), indent=1).splitlines()).encode()
    + b"\n"
    + b'data: {"choices": [{"delta": {"content": "\xff\\ud800"}}]}\n\n'
    + event(chunk(finish="stop"))
    + event({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 1}})
    + b"event:done\ndata:[DONE]\n\n"
)  # fmt: skip
DOCUMENT = json.dumps({"choices": [{"message": {"content": "é🦜"}, "finish_reason": "stop"}]}, indent=1).encode()
BROKEN = event(chunk("é")) + event({"error": {"message": "overloaded"}})


def heard(*pieces: bytes) -> tuple[list[Event], str]:
    decoder = Decoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    return events + decoder.end(), str(decoder.verdict())


def test_the_whole_of_it_is_understood() -> None:
    events, verdict = heard(WHOLE)
    assert "".join(event.text for event in events if isinstance(event, Text)) == "é🦜 \u2028\ufffd\ufffd"
    assert (len(events), verdict) == (7, "None")


@pytest.mark.parametrize("stream", [WHOLE, DOCUMENT, BROKEN], ids=["stream", "document", "broken"])
def test_a_cut_at_any_byte_changes_nothing(stream: bytes) -> None:
    for cut in range(len(stream)):
        assert heard(stream[:cut], stream[cut:]) == heard(stream), cut


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("stream", [WHOLE, DOCUMENT, BROKEN], ids=["stream", "document", "broken"])
def test_many_small_pieces_change_nothing(stream: bytes, size: int) -> None:
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert heard(*pieces) == heard(stream)


def test_a_stream_that_ends_anywhere_is_never_taken_for_a_whole_one() -> None:
    finish = WHOLE.index(b'"stop"')
    for end in range(finish):
        decoder = Decoder()
        decoder.feed(WHOLE[:end])
        decoder.end()
        assert isinstance(decoder.verdict(), InferenceError), end
