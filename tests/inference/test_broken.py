"""Answers that break off, never begin, or are none."""

import socket

import pytest

from parley.inference.attachments import Attachment
from parley.inference.client import InferenceClient
from tests.inference.asking import QUESTION, ask, error_of
from tests.upstream import Json, Upstream, chunk

STOP = chunk(finish="stop")
DONE = b"data: [DONE]\n\n"


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
def test_a_connection_closed_in_mid_answer_is_an_interruption(
    client: InferenceClient, upstream: Upstream, framing: str
) -> None:
    upstream.sends(chunk("So f"), chunk("ar"), chunk(", so good"), STOP, DONE, framing=framing)
    upstream.drops_after(2)
    heard = ask(client)
    assert heard.text == "So far"
    assert heard.error
    assert heard.error.kind == "interrupted"


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
def test_a_body_that_ends_as_it_should_before_the_answer_does_is_one_too(
    client: InferenceClient, upstream: Upstream, framing: str
) -> None:
    upstream.sends(chunk("So f"), chunk("ar"), framing=framing)
    heard = ask(client)
    assert heard.text == "So far"
    assert heard.error
    assert heard.error.kind == "interrupted"


@pytest.mark.parametrize(
    "error",
    [
        {"error": {"code": 529, "message": "overloaded", "type": "overloaded_error"}},
        {"error": {"message": "overloaded"}},
        {"error": '{"code": "x", "message": "overloaded"}'},
        {"error": "overloaded"},
        chunk() | {"error": {"message": "overloaded"}},
        b'event: error\ndata: {"message": "overloaded"}\n\n',
    ],
)
def test_an_error_in_mid_answer_is_an_interruption_that_says_why(
    client: InferenceClient, upstream: Upstream, error: Json
) -> None:
    upstream.sends(chunk("So f"), error, chunk("ar"), STOP, DONE)
    heard = ask(client)
    assert heard.text == "So f"
    assert heard.error
    assert (heard.error.kind, heard.error.reason) == ("interrupted", "overloaded")
    assert "overloaded" in heard.error.advice


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"error": {"code": 429, "message": "slow down"}}, "rate_limited"),
        ({"error": {"code": "503", "message": "busy"}}, "unavailable"),
        ({"error": {"status": 400, "message": "prompt is too long"}}, "too_long"),
        ({"error": {"code": "odd", "message": "overloaded"}}, "failed"),
        ({"error": "overloaded"}, "failed"),
    ],
)
@pytest.mark.parametrize("streamed", [True, False])
def test_an_error_in_the_place_of_an_answer_is_a_refusal(
    client: InferenceClient, upstream: Upstream, error: Json, kind: str, streamed: bool
) -> None:
    if streamed:
        upstream.sends(error)
    else:
        upstream.refuses(200, error)
    heard = ask(client)
    assert heard.events == []
    assert heard.error
    assert heard.error.kind == kind


def test_a_document_with_a_message_and_no_answer_is_a_refusal(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(200, {"id": "overloaded", "message": "come back later"})
    error = ask(client).error
    assert error
    assert (error.kind, error.reason) == ("failed", "come back later")


@pytest.mark.parametrize(
    "nothing",
    [
        (),
        (b"\n\n",),
        (DONE,),
        (STOP, DONE),
        (chunk("", role="assistant"), STOP, DONE),
        (b'{"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]}',),
    ],
)
def test_an_answer_without_a_word_is_an_error(client: InferenceClient, upstream: Upstream, nothing: Json) -> None:
    upstream.sends(*nothing)
    error = ask(client).error
    assert error
    assert error.kind == "empty"
    assert "The model returned nothing" in error.advice


def test_an_answer_that_was_withheld_says_so(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk(finish="content_filter"), DONE)
    error = ask(client).error
    assert error
    assert "withheld" in error.advice


@pytest.mark.parametrize("body", [b"<html><title>Welcome</title></html>", b"Welcome", b"[1, 2]", b'{"half": '])
def test_what_is_no_answer_at_all_is_not_taken_for_one(
    client: InferenceClient, upstream: Upstream, body: bytes
) -> None:
    upstream.sends(body)
    error = ask(client).error
    assert error
    assert error.kind == "garbled"


def test_an_endless_body_that_is_no_answer_is_given_up(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(*[b"Welcome\n" * 100_000] * 8, end=False)
    error = ask(client).error
    assert error
    assert error.kind == "garbled"


def test_a_body_that_is_not_packed_as_it_says_is_garbled(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk("Hi"), headers={"Content-Encoding": "gzip"})
    error = ask(client).error
    assert error
    assert error.kind == "garbled"


def test_a_server_that_stalls_in_mid_answer_is_given_up(client: InferenceClient, upstream: Upstream) -> None:
    upstream.says("So f", "ar")
    upstream.stalls_after(1)
    heard = ask(client)
    assert heard.text == "So f"
    assert heard.error
    assert (heard.error.kind, heard.error.status) == ("timed_out", 504)
    assert upstream.hung_up.wait(1)


def test_a_server_that_sends_no_headers_is_given_up(client: InferenceClient, upstream: Upstream) -> None:
    upstream.stalls_before_headers()
    error = error_of(client)
    assert (error.kind, error.status) == ("timed_out", 504)
    assert len(upstream.chats) == 1


def test_comments_keep_a_thoughtful_model_from_being_given_up(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(*[b": thinking\n\n"] * 4, chunk("Hi"), STOP, DONE, pause=0.2)
    assert ask(client).text == "Hi"


def test_a_refused_connection_says_that_nobody_is_there() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    assert_unreachable(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://nowhere.invalid",
        "ftp://127.0.0.1",
        "127.0.0.1:1",
        "http://",
        "http://[::1",
        "http://" + "a" * 70 + ".example",
        "http://127.0.0.1:99999",
    ],
)
def test_an_address_that_leads_nowhere_says_that_nobody_is_there(url: str) -> None:
    assert_unreachable(url)


def test_a_server_without_tls_says_that_nobody_is_there(upstream: Upstream) -> None:
    assert_unreachable(upstream.url.replace("http:", "https:"))


def test_a_key_that_no_header_can_hold_is_told_like_any_other_failure(upstream: Upstream) -> None:
    assert_unreachable(upstream.url, key="inf-\u2028\n🦜")


def assert_unreachable(url: str, key: str = "inf-1") -> None:
    with InferenceClient(Attachment("INFERENCE", url, key), connect_timeout=1) as client:
        error = error_of(client)
    assert (error.kind, error.status) == ("unreachable", 502)
    assert "can't be reached" in error.advice
    assert key not in error.reason


def test_a_server_that_closes_without_a_word_is_asked_once(client: InferenceClient, upstream: Upstream) -> None:
    upstream.closes_without_a_word()
    assert error_of(client).kind == "unreachable"
    assert len(upstream.chats) == 1


def test_a_redirect_is_refused_and_the_key_does_not_follow_it(client: InferenceClient, upstream: Upstream) -> None:
    with Upstream() as elsewhere:
        upstream.redirects(elsewhere.url + "/v1/chat/completions")
        error = error_of(client, QUESTION)
        assert (error.kind, error.status) == ("moved", 307)
        assert elsewhere.requests == []
