"""What a visitor reads when no answer comes, and what the operator reads."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from parley.inference.client import InferenceClient
from parley.inference.refusals import refusal
from tests.inference.asking import ask, error_of
from tests.upstream import Headers, Json, Upstream, chunk

HTML = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
TOO_LONG = [
    "prompt is too long: 210000 tokens > 200000 maximum",
    "Input is too long for requested model.",
    "This model's maximum context length is 131072 tokens.",
    "the request exceeds the available context size. try increasing the context size",
    "input length and `max_tokens` exceed context limit: prompt is too long",
]


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, None, "rejected", "did not accept"),
        (401, None, "unauthorized", "export INFERENCE_KEY=$(heroku config:get -a $APP_NAME INFERENCE_KEY)"),
        (402, None, "rejected", "did not accept"),
        (403, None, "forbidden", "Pick another"),
        (403, "<html><body>Request blocked</body></html>", "firewall", "<script>"),
        (404, None, "not_found", "Pick another"),
        (408, None, "unavailable", "busy"),
        (413, HTML, "too_large", "smaller images"),
        (418, "", "rejected", "did not accept"),
        (422, None, "rejected", "did not accept"),
        (429, None, "rate_limited", "then retry"),
        (500, None, "unavailable", "busy"),
        (501, None, "unavailable", "busy"),
        (502, HTML, "unavailable", "busy"),
        (503, None, "unavailable", "busy"),
        (529, None, "unavailable", "busy"),
    ],
)
def test_each_status_has_its_words(
    client: InferenceClient, upstream: Upstream, status: int, body: Json, kind: str, words: str
) -> None:
    upstream.refuses(status, body)
    error = error_of(client)
    assert (error.kind, error.status) == (kind, status)
    assert words in error.advice


@pytest.mark.parametrize("message", TOO_LONG)
def test_a_conversation_that_is_too_long_is_told_from_other_bad_requests(
    client: InferenceClient, upstream: Upstream, message: str
) -> None:
    upstream.refuses(400, {"error": {"code": 400, "message": message}})
    assert error_of(client).kind == "too_long"
    assert len(upstream.chats) == 1


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "This model does not support image input."),
        (400, "This model doesn't support the image content block that you provided."),
        (400, "Image inputs are not supported for this model"),
        (400, "Invalid content type. image_url is only supported by certain models."),
        (400, "owl-1 is not a multimodal model"),
        (404, "No endpoints found that support image input"),
        (422, "messages[0].content: unknown variant `image_url`, expected `text`"),
        (500, "image input is not supported - hint: you may need to provide the mmproj"),
    ],
)
def test_a_model_that_takes_no_images_is_told_from_other_refusals(
    client: InferenceClient, upstream: Upstream, status: int, message: str
) -> None:
    upstream.refuses(status, {"error": {"code": status, "message": message}})
    error = error_of(client)
    assert error.kind == "no_images"
    assert "takes no images" in error.advice
    assert len(upstream.chats) == 1


@pytest.mark.parametrize(
    "message",
    [
        "messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes",
        "At least one of the image dimensions exceed max allowed size: 8000 pixels",
        "Could not process image",
        "Unsupported image format",
        "too many images",
    ],
)
def test_an_image_that_is_refused_is_said_to_be_the_reason(
    client: InferenceClient, upstream: Upstream, message: str
) -> None:
    upstream.refuses(400, {"error": {"code": 400, "message": message}})
    error = error_of(client)
    assert error.kind == "bad_image"
    assert "did not accept an image" in error.advice


@pytest.mark.parametrize("message", ["temperature: not supported", "stable-image-ultra does not chat", "bad field"])
def test_other_refusals_have_nothing_to_do_with_images(
    client: InferenceClient, upstream: Upstream, message: str
) -> None:
    upstream.refuses(400, {"error": {"code": 400, "message": message}})
    assert error_of(client).kind == "rejected"


def test_a_code_alone_can_say_that_it_was_too_long(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(400, {"error": {"code": "context_length_exceeded", "message": "no"}})
    assert error_of(client).kind == "too_long"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": {"code": 400, "message": "bad field", "type": "x"}}, "bad field"),
        ({"error": {"code": "x", "message": "bad field"}}, "bad field"),
        ({"error": '{"code": 400, "message": "bad field"}'}, "bad field"),
        ({"error": "bad field"}, "bad field"),
        ({"id": "bad_request", "message": "bad field"}, "bad field"),
        ({"detail": [{"message": "bad field"}]}, "bad field"),
        ([{"error": {"message": "bad field"}}], "bad field"),
        ({"error": {"odd": 1}}, '{"odd": 1}'),
        ("bad\n  field", "bad field"),
        ("<html><title>Bad\nfield</title>…</html>", "Bad field"),
        ("<html><b>bad</b> <i>field</i></html>", "bad field"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[" * 50_000, "[" * 500),
        ("", "HTTP 400"),
    ],
)
def test_the_operator_reads_upstreams_own_words(
    client: InferenceClient, upstream: Upstream, body: Json, reason: str
) -> None:
    upstream.refuses(400, body)
    assert error_of(client).reason == reason


def test_upstreams_words_are_not_the_visitors(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(500, {"error": {"message": "at line 12 of backend.py"}})
    assert "backend" not in error_of(client).advice


def test_an_endless_refusal_is_read_no_further_than_it_helps(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(*[b"no " * 10_000] * 10, status=400, end=False)
    assert error_of(client).reason.startswith("no no")


def test_a_refusal_whose_body_breaks_off_is_still_that_refusal(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(b'{"error"', b": 1}", status=429, framing="length")
    upstream.drops_after(1)
    assert error_of(client).kind == "rate_limited"


@pytest.mark.parametrize("status", [400, 403, 500])
def test_the_key_is_kept_out_of_what_went_wrong(client: InferenceClient, upstream: Upstream, status: int) -> None:
    upstream.refuses(status, {"error": {"message": f"the key {upstream.key} may not"}})
    error = error_of(client)
    assert upstream.key not in f"{error} {error!r} {error.reason} {error.advice}"
    assert "[key]" in error.reason


def test_the_key_is_kept_out_of_what_breaks_an_answer_off(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends(chunk("So f"), {"error": {"message": f"the key {upstream.key} may not"}})
    error = ask(client).error
    assert error
    assert upstream.key not in f"{error} {error!r} {error.reason} {error.advice}"


IN_AN_HOUR = datetime.now(UTC) + timedelta(hours=1)


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"Retry-After": "12"}, 12, 12),
        ({"Retry-After": "0.5"}, 0.5, 0.5),
        ({"Retry-After": "0"}, 0, 0),
        ({"Retry-After": format_datetime(IN_AN_HOUR, usegmt=True)}, 60, 3601),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0, 0),
        ({"Retry-After": "7", "x-ratelimit-reset-tokens": "50"}, 7, 7),
        ({"x-ratelimit-reset-requests": "20", "x-ratelimit-reset-tokens": "30"}, 30, 30),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20"}, 20, 20),
        (
            {
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": "20",
                "x-ratelimit-remaining-tokens": "9",
                "x-ratelimit-reset-tokens": "30",
            },
            20,
            20,
        ),
        ({"x-ratelimit-reset-requests": "1m30s"}, 90, 90),
        ({"x-ratelimit-reset-requests": "250ms"}, 0.25, 0.25),
        ({"x-ratelimit-reset-requests": str(int(IN_AN_HOUR.timestamp()))}, 60, 3601),
        ({"x-ratelimit-reset-requests": IN_AN_HOUR.isoformat()}, 60, 3601),
        ({"x-ratelimit-reset-requests": "2015-10-21T07:28:00"}, 0, 0),
    ],
)
def test_how_long_to_wait_may_be_said_in_many_ways(headers: Headers, low: float, high: float) -> None:
    seconds = refusal(429, headers, b"").retry_after
    assert seconds is not None
    assert low <= seconds <= high


@pytest.mark.parametrize("nonsense", [{}, {"Retry-After": "soon"}, {"Retry-After": "nan"}, {"Retry-After": "-5"}])
def test_nobody_is_told_to_wait_who_is_not_told_how_long(nonsense: Headers) -> None:
    assert refusal(429, nonsense, b"").retry_after is None


def test_the_wait_reaches_whoever_asked(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(429, headers={"Retry-After": "12"})
    assert error_of(client).retry_after == 12
