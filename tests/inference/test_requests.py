"""What is sent: the conversation, the wishes, and the key."""

from pathlib import Path

import pytest

from parley.inference.attachments import Attachment
from parley.inference.client import ChatRequest, InferenceClient
from parley.inference.errors import InferenceError
from parley.inference.request import in_the_dialect_of, without_thoughts
from tests.inference.asking import QUESTION, ask, error_of
from tests.upstream import Json, Upstream, chunk

HEROKU = Attachment("INFERENCE", "https://us.inference.heroku.com", "inf-1")
LOCAL = Attachment("INFERENCE", "http://127.0.0.1:8080", "none")


def sent(*messages: Json) -> Json:
    return ChatRequest("parrot-2", messages).payload()["messages"]


def test_nothing_is_sent_before_the_answer_is_opened(client: InferenceClient, upstream: Upstream) -> None:
    reply = client.ask(QUESTION)
    assert upstream.requests == []
    with reply:
        reply.open()
        reply.open()
        assert len(upstream.chats) == 1


def test_the_question_is_sent_with_the_key(client: InferenceClient, upstream: Upstream) -> None:
    ask(client)
    [request] = upstream.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["Authorization"] == f"Bearer {upstream.key}"
    assert request.headers["Content-Type"] == "application/json"
    assert request.body["messages"] == [{"role": "user", "content": "Say something."}]
    assert request.body["stream"] is True


def test_the_key_is_not_replaced_by_one_from_somebodys_netrc(
    client: InferenceClient, upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert ask(client).text == "Hello there."


def test_what_one_visitor_is_given_to_remember_is_not_sent_for_another(
    client: InferenceClient, upstream: Upstream
) -> None:
    upstream.sends(chunk("Hi", finish="stop"), headers={"Set-Cookie": "who=alice"})
    ask(client)
    ask(client)
    assert "Cookie" not in upstream.requests[1].headers


def test_a_wrong_key_is_the_operators_fault(upstream: Upstream) -> None:
    with InferenceClient(Attachment("INFERENCE_TEAL", upstream.url, "inf-wrong")) as client:
        error = error_of(client)
    assert error.kind == "unauthorized"
    assert "INFERENCE_TEAL_KEY" in error.advice


def test_wishes_that_nobody_has_are_not_sent() -> None:
    assert set(ChatRequest("parrot-2", ()).payload()) == {"model", "messages", "stream"}


def test_wishes_are_sent() -> None:
    question = ChatRequest("parrot-2", (), temperature=0.0, max_tokens=100, reasoning_effort="low")
    expected = {"temperature": 0.0, "max_tokens": 100, "reasoning_effort": "low"}
    assert expected.items() <= question.payload().items()


@pytest.mark.parametrize(
    ("budget", "max_tokens", "expected"),
    [(2048, None, (2048, 6144)), (10, None, (1024, 5120)), (2048, 8192, (2048, 8192)), (2048, 1000, (2048, 3048))],
)
def test_thinking_leaves_room_for_the_answer_and_takes_no_other_temperature(
    budget: int, max_tokens: int | None, expected: tuple[int, int]
) -> None:
    question = ChatRequest("parrot-2", (), temperature=0.2, max_tokens=max_tokens, thinking_budget=budget)
    payload = question.payload()
    thinking = payload["extended_thinking"]
    assert (thinking["budget_tokens"], payload["max_tokens"]) == expected
    assert (thinking["enabled"], thinking["include_reasoning"], payload["temperature"]) == (True, True, 1)


def test_heroku_is_told_to_ignore_what_it_does_not_know() -> None:
    payload = in_the_dialect_of(HEROKU, QUESTION.payload())
    assert payload["allow_ignored_params"] is True
    assert "stream_options" not in payload


def test_other_servers_are_asked_for_the_usage() -> None:
    payload = in_the_dialect_of(LOCAL, QUESTION.payload())
    assert payload["stream_options"] == {"include_usage": True}
    assert "allow_ignored_params" not in payload


def test_what_is_not_streamed_has_no_options_for_streams() -> None:
    assert "stream_options" not in in_the_dialect_of(LOCAL, QUESTION.payload(stream=False))


@pytest.mark.parametrize("empty", ["", " \n", None, []])
def test_a_message_without_words_is_not_sent(empty: Json) -> None:
    assert sent({"role": "assistant", "content": empty}, {"role": "user", "content": "Hi"}) == [
        {"role": "user", "content": "Hi"}
    ]


def test_a_message_that_calls_a_tool_needs_no_words() -> None:
    call = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}
    assert sent(call) == [call]


def test_pictures_are_sent_as_they_are() -> None:
    message = {"role": "user", "content": [{"type": "text", "text": "<thinking>?</thinking>"}, {"type": "image_url"}]}
    assert sent(message) == [message]


def test_what_a_model_thought_is_not_sent_back() -> None:
    said = {"role": "assistant", "content": "<thinking>Hm.</thinking>\n\nYes.", "reasoning": {"thinking": "Hm."}}
    assert sent(said) == [{"role": "assistant", "content": "Yes."}]


def test_what_a_visitor_writes_about_thinking_is_sent() -> None:
    asked = {"role": "user", "content": "What does <thinking>x</thinking> do?"}
    assert sent(asked) == [asked]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Yes.", "Yes."),
        ("<thinking>Hm.</thinking>Yes.", "Yes."),
        ("<reasoning>\nHm.\n</reasoning>\n\nYes.", "Yes."),
        ("<think>Hm.</think>Yes. <think>Oh.</think>No.", "Yes. No."),
        ("<thinking>Hm.</reasoning>Yes.", "<thinking>Hm.</reasoning>Yes."),
        ("The tag <thinking> opens it.", "The tag <thinking> opens it."),
        ("<thinking>Hm.</thinking>", ""),
    ],
)
def test_blocks_of_thought_are_cut_out_of_an_answer(said: str, kept: str) -> None:
    assert without_thoughts(said) == kept


def test_an_answer_made_of_tags_is_cut_in_no_time() -> None:
    assert without_thoughts("<thinking>" * 100_000 + "Yes.").endswith("Yes.")
    assert without_thoughts("<think></think>" * 60_000 + "<think>" * 60_000) == "<think>" * 60_000


def test_half_a_surrogate_pair_in_a_question_does_not_stop_it(client: InferenceClient, upstream: Upstream) -> None:
    ask(client, ChatRequest("parrot-2", ({"role": "user", "content": "a\ud800b 🦜"},)))
    assert upstream.chats[0]["messages"][0]["content"] == "a?b 🦜"


def test_a_whole_answer_can_be_had_at_once(client: InferenceClient, upstream: Upstream) -> None:
    upstream.says("Hel", "lo")
    assert client.complete(QUESTION)["choices"][0]["message"]["content"] == "Hello"
    assert upstream.chats[0]["stream"] is False


@pytest.mark.parametrize(
    ("body", "kind"),
    [({"error": {"code": 429, "message": "no"}}, "rate_limited"), ([], "garbled"), ("<html>Hi</html>", "garbled")],
)
def test_what_is_no_answer_is_not_handed_on_as_one(
    client: InferenceClient, upstream: Upstream, body: Json, kind: str
) -> None:
    upstream.refuses(200, body)
    with pytest.raises(InferenceError) as raised:
        client.complete(QUESTION)
    assert raised.value.kind == kind


def test_a_model_can_be_asked_for_by_another_name_than_it_answers_by(
    client: InferenceClient, upstream: Upstream
) -> None:
    upstream.says("Hi", model="parrot-2-20260101")
    assert client.complete(QUESTION)["model"] == "parrot-2-20260101"
    assert upstream.chats[0]["model"] == "parrot-2"
