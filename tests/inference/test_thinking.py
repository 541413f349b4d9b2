"""How models are told to think, each in the way that it understands."""

import pytest

from parley.inference.attachments import Attachment
from parley.inference.client import ChatRequest, InferenceClient
from parley.inference.errors import Rejected
from parley.inference.thinking import BUDGETS, with_reasoning
from tests.inference.asking import QUESTION, ask, error_of
from tests.upstream import Json, Upstream

HEROKU = Attachment("INFERENCE", "https://us.inference.heroku.com", "inf-1")
LOCAL = Attachment("INFERENCE", "http://127.0.0.1:8080", "none")
WISHES = ["off", "on", "low", "medium", "high"]
FIELDS = {"extended_thinking", "reasoning_effort", "chat_template_kwargs"}


def sent(model: str, wish: str | None, attachment: Attachment = HEROKU) -> Json:
    """What is said of reasoning to a model."""
    payload = with_reasoning(ChatRequest(model, ()), attachment, wish).payload()
    return {name: value for name, value in payload.items() if name in FIELDS}


@pytest.mark.parametrize("attachment", [HEROKU, LOCAL])
@pytest.mark.parametrize("model", ["claude-4-6-sonnet", "gpt-oss-120b", "nova-pro", "qwen3-coder-480b"])
def test_nothing_is_said_of_reasoning_where_nobody_wishes_anything(model: str, attachment: Attachment) -> None:
    assert sent(model, None, attachment) == {}


@pytest.mark.parametrize("attachment", [HEROKU, LOCAL])
@pytest.mark.parametrize(("wish", "budget"), [("on", 8192), ("low", 2048), ("medium", 8192), ("high", 16384)])
def test_claude_is_given_a_budget(wish: str, budget: int, attachment: Attachment) -> None:
    thinking = {"enabled": True, "budget_tokens": budget, "include_reasoning": True}
    assert sent("claude-opus-4-5", wish, attachment) == {"extended_thinking": thinking}


def test_claude_does_not_think_unless_told_to() -> None:
    assert sent("claude-opus-4-5", "off") == {}


@pytest.mark.parametrize("attachment", [HEROKU, LOCAL])
@pytest.mark.parametrize("model", ["claude-opus-4-5", "gpt-oss-120b", "qwen3-8b"])
def test_who_goes_on_with_an_answer_does_not_think_anew(model: str, attachment: Attachment) -> None:
    request = ChatRequest(model, ({"role": "user", "content": "How?"}, {"role": "assistant", "content": "So f"}))
    assert with_reasoning(request, attachment, "high") == request
    assert with_reasoning(request, LOCAL, "off").payload().keys() >= sent(model, "off", LOCAL).keys()


@pytest.mark.parametrize("wish", BUDGETS)
@pytest.mark.parametrize("max_tokens", [None, 1, 1024, 8192, 200_000])
def test_the_budget_is_always_smaller_than_the_whole(wish: str, max_tokens: int | None) -> None:
    request = ChatRequest("claude-opus-4-5", (), temperature=0.2, max_tokens=max_tokens)
    payload = with_reasoning(request, HEROKU, wish).payload()
    assert payload["extended_thinking"]["budget_tokens"] < payload["max_tokens"]
    assert payload["temperature"] == 1


@pytest.mark.parametrize("attachment", [HEROKU, LOCAL])
@pytest.mark.parametrize("model", ["gpt-oss-120b", "openai/gpt-oss-20b", "gpt-5-mini", "o3", "openai/o4-mini"])
def test_a_model_that_always_thinks_is_told_how_hard(model: str, attachment: Attachment) -> None:
    efforts = [sent(model, wish, attachment) for wish in WISHES]
    assert efforts == [{"reasoning_effort": effort} for effort in ("low", "medium", "low", "medium", "high")]


@pytest.mark.parametrize("model", ["kimi-k2-thinking", "nova-pro", "deepseek-v3-2"])
def test_other_models_on_heroku_are_told_an_effort_which_heroku_drops_if_they_take_none(model: str) -> None:
    assert [sent(model, wish) for wish in WISHES] == [
        {},
        *({"reasoning_effort": effort} for effort in ("medium", "low", "medium", "high")),
    ]


@pytest.mark.parametrize("model", ["qwen3-8b", "glm-4.5", "DeepSeek-V3.1", "smollm2-135m-instruct", "yolo1"])
def test_models_of_other_servers_have_a_switch_in_their_template(model: str) -> None:
    off, on = sent(model, "off", LOCAL), sent(model, "high", LOCAL)
    assert off == {
        "reasoning_effort": "none",
        "chat_template_kwargs": {"enable_thinking": False, "thinking": False},
    }
    assert on == {"reasoning_effort": "high", "chat_template_kwargs": {"enable_thinking": True, "thinking": True}}


@pytest.mark.parametrize(
    ("wish", "message", "left", "notices"),
    [
        ("high", "Unrecognized request argument supplied: chat_template_kwargs", {"reasoning_effort"}, 1),
        ("high", "Unsupported parameter: reasoning_effort", {"chat_template_kwargs"}, 1),
        ("off", "reasoning_effort: Input should be 'low', 'medium' or 'high'", {"chat_template_kwargs"}, 0),
    ],
)
def test_what_a_server_refuses_to_hear_of_reasoning_is_left_out(
    client: InferenceClient, upstream: Upstream, wish: str, message: str, left: set[str], notices: int
) -> None:
    upstream.refuses(400, {"error": {"message": message}}, times=1)
    heard = ask(client, with_reasoning(QUESTION, client.attachment, wish))
    assert (heard.text, len(heard.notices)) == ("Hello there.", notices)
    assert FIELDS & set(upstream.chats[1]) == left


def test_a_length_that_no_model_can_give_is_left_out_in_the_end(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(400, {"error": {"message": "max_tokens: 200000 > 8192, the maximum"}}, times=2)
    heard = ask(client, ChatRequest("parrot-2", QUESTION.messages, max_tokens=200_000))
    assert heard.text == "Hello there."
    [notice] = heard.notices
    assert "length" in notice
    assert not {"max_tokens", "max_completion_tokens"} & set(upstream.chats[2])


def test_what_must_be_limited_is_never_asked_without_a_limit(client: InferenceClient, upstream: Upstream) -> None:
    too_long = {"error": {"message": "max_tokens: 200000 > 8192, the maximum"}}
    question = ChatRequest("parrot-2", QUESTION.messages, max_tokens=200_000, must_be_limited=True)
    upstream.refuses(400, too_long, times=2)
    heard = ask(client, question)
    assert heard.text == "Hello there."
    assert ["shorter" in notice for notice in heard.notices] == [True]
    assert upstream.chats[2]["max_completion_tokens"] == 4096
    upstream.refuses(400, too_long)
    assert isinstance(error_of(client, question), Rejected)
    assert len(upstream.chats) == 6
