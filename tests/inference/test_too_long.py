"""What is sent of a conversation that is longer than the model can hold, and what when the model says so."""

import pytest

from parley.inference.client import ChatRequest, InferenceClient
from parley.inference.contexts import room_for_words, usual_context
from parley.inference.fitting import TOKENS_PER_IMAGE, fitting, length_of, tokens_in
from tests.inference.asking import ask, error_of
from tests.upstream import Json, Upstream

ENGLISH = (
    "It was a bright afternoon in early spring, and the harbour was full of small boats whose owners had come down to"
    " see how they had come through the winter."
)
GERMAN = (
    "Es war ein heller Nachmittag im Vorfrühling, und der Hafen war voller kleiner Boote, deren Besitzer nachsehen"
    " wollten, wie sie den Winter überstanden hatten."
)
RUSSIAN = (
    "Был ясный день ранней весны, и гавань была полна маленьких лодок, владельцы которых пришли посмотреть, как они"
    " пережили зиму."
)
CHINESE = "那是早春的一个晴朗的下午,港口里停满了小船,船主们都下来看看它们是怎样度过冬天的。"
CODE = (
    "def whole_turns(messages):\n    for place, message in enumerate(messages):\n"
    '        if message["role"] == "user":\n            yield place, messages[place:]\n'
)
EMOJI = "😀😂🥲🚀🔥👍🏽❤️🎉✨🙏"

SYSTEM = {"role": "system", "content": "Be brief."}
TOO_LONG = {"error": {"code": 400, "message": "prompt is too long: 210000 tokens > 200000 maximum"}}
LIKE_TOKENS = "a b c d e "  # of which 33 are about 100 tokens


def turns(count: int) -> list[dict[str, str]]:
    """So many questions with their answers, and a last question; each about 100 tokens."""
    said = [{"role": "user", "content": f"{number} {LIKE_TOKENS * 31}"} for number in range(2 * count + 1)]
    return [message | {"role": ("user", "assistant")[place % 2]} for place, message in enumerate(said)]


def numbers(chat: Json) -> list[int]:
    """Which of the turns were sent."""
    return [int(message["content"].split()[0]) for message in chat["messages"] if message["role"] != "system"]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        pytest.param(ENGLISH, (32, 32, 32), id="English"),
        pytest.param(GERMAN, (34, 47, 56), id="German"),
        pytest.param(RUSSIAN, (35, 64, 91), id="Russian"),
        pytest.param(CHINESE, (36, 50, 76), id="Chinese"),
        pytest.param(CODE, (33, 36, 37), id="code"),
        pytest.param(EMOJI, (15, 27, 33), id="emoji"),
    ],
)
def test_the_estimate_is_about_what_tokenizers_count(text: str, counted: tuple[int, int, int]) -> None:
    """Those of GPT-4o, of Claude 2 and of SmolLM2, which were asked once."""
    assert min(counted) * 0.9 <= tokens_in(text) <= max(counted) * 1.6
    assert 0.6 <= tokens_in(text) / sorted(counted)[1] <= 1.6


def test_pictures_count_as_much_whatever_their_address() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 1_000_000}}
    message = {"role": "user", "content": [{"type": "text", "text": "What is it?"}, picture]}
    assert length_of([message]) == length_of([{"role": "user", "content": "What is it?"}]) + TOKENS_PER_IMAGE


def test_whole_turns_are_left_out_the_oldest_first() -> None:
    sent = fitting([SYSTEM, *turns(4)], 600)
    assert sent[0] == SYSTEM
    assert numbers({"messages": sent}) == [4, 5, 6, 7, 8]
    assert length_of(sent) <= 600


def test_the_last_question_is_sent_whatever_its_length() -> None:
    assert fitting([SYSTEM, *turns(4)], 10) == [SYSTEM, turns(4)[-1]]


def test_an_answer_that_is_to_go_on_keeps_its_question() -> None:
    assert numbers({"messages": fitting(turns(4)[:-1], 10)}) == [6, 7]


def test_what_fits_is_sent_as_it_is() -> None:
    assert fitting([SYSTEM, *turns(4)], 10_000) == [SYSTEM, *turns(4)]


@pytest.mark.parametrize(
    ("context", "max_tokens", "room"),
    [(200_000, None, 191_808), (2048, None, 1536), (200_000, 50_000, 150_000), (2048, 4096, 1536)],
)
def test_the_answer_has_its_room(context: int, max_tokens: int | None, room: int) -> None:
    assert room_for_words(context, max_tokens) == room


@pytest.mark.parametrize(
    ("model", "context"), [("claude-sonnet-5-5", 200_000), ("openai/gpt-oss-120b", 128_000), ("parrot-2", 128_000)]
)
def test_the_context_of_a_model_is_told_from_its_name(model: str, context: int) -> None:
    assert usual_context(model) == context


def test_a_conversation_is_cut_to_the_context(client: InferenceClient, upstream: Upstream) -> None:
    request = ChatRequest("parrot-2", (SYSTEM, *turns(4)), context=800)
    assert request.is_cut
    ask(client, request)
    assert numbers(upstream.chats[0]) == [4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("refusal", "sent"),
    [
        ("Input is too long for requested model.", [6, 7, 8]),
        ("request (1000 tokens) exceeds the available context size (950 tokens), try increasing it", [4, 5, 6, 7, 8]),
        ("This model's maximum context length is 600 tokens. However, your messages resulted in 900.", [6, 7, 8]),
        ("prompt is too long: 2,000 tokens > 1,900 maximum", [4, 5, 6, 7, 8]),
        ("maximum context length is 200000 tokens", [6, 7, 8]),
    ],
)
def test_what_is_too_long_is_asked_once_more_with_less(
    client: InferenceClient, upstream: Upstream, refusal: str, sent: list[int]
) -> None:
    upstream.refuses(400, {"error": {"message": refusal}}, times=1)
    heard = ask(client, ChatRequest("parrot-2", (SYSTEM, *turns(4))))
    assert heard.text == "Hello there."
    assert [numbers(chat) for chat in upstream.chats] == [list(range(9)), sent]
    assert upstream.chats[1]["messages"][0] == SYSTEM
    assert heard.notices == [
        f"The conversation was too long for the model, so it read only the last {len(sent)} messages."
    ]


def test_it_may_say_so_with_a_good_status(client: InferenceClient, upstream: Upstream) -> None:
    upstream.sends({"error": {"code": 400, "message": "prompt is too long"}})
    upstream.then_says("Hello there.")
    heard = ask(client, ChatRequest("parrot-2", tuple(turns(4))))
    assert (heard.text, heard.error) == ("Hello there.", None)
    assert numbers(upstream.chats[1]) == [6, 7, 8]
    assert len(heard.notices) == 1


def test_what_stays_too_long_is_not_asked_a_third_time(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(400, TOO_LONG)
    assert error_of(client, ChatRequest("parrot-2", tuple(turns(4)))).kind == "too_long"
    assert len(upstream.chats) == 2


def test_a_question_that_is_too_long_by_itself_is_asked_once(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(400, TOO_LONG)
    assert error_of(client).kind == "too_long"
    assert len(upstream.chats) == 1


def test_what_was_told_to_go_on_and_is_too_long_is_told_so_again(client: InferenceClient, upstream: Upstream) -> None:
    upstream.refuses(400, TOO_LONG, times=1)
    upstream.refuses(400, {"error": {"message": "the final message must be of the user"}}, times=1)
    assert ask(client, ChatRequest("parrot-2", tuple(turns(4)[:-1]))).text == "Hello there."
    first, second, third = (chat["messages"] for chat in upstream.chats)
    assert second[:-1] == first
    assert third == [*first[-4:], second[-1]]
