"""Thoughts between tags at the head of a text are told from what is said, wherever they are cut."""

import pytest

from parley.inference.client import InferenceClient
from parley.inference.decoder import Decoder
from parley.inference.events import Reasoning, Text
from parley.inference.inline import InlineThoughts
from tests.inference.asking import ask
from tests.upstream import Upstream, chunk, event

TEXTS = [
    ("Yes.", "", "Yes."),
    ("<think>Hm.</think>Yes.", "Hm.", "Yes."),
    ("\n<think>\nHm.\nWell.\n</think>\n\nYes. <think>No.</think>", "Hm.\nWell.", "Yes. <think>No.</think>"),
    ("<thinking>a < b, </think> and </thinkin</thinking>Yes.", "a < b, </think> and </thinkin", "Yes."),
    ("<reasoning>Hm.</reasoning>", "Hm.", ""),
    ("<think>\n\n</think>\n\nYes.", "", "Yes."),
    ("<think>It never", "It never", ""),
    ("<think>It never </thi", "It never </thi", ""),
    (" \n Yes.", "", " \n Yes."),
    ("<thin", "", "<thin"),
    ("<b>Yes</b>", "", "<b>Yes</b>"),
    ("The tag <think> opens it.", "", "The tag <think> opens it."),
    ("", "", ""),
]


def read(*pieces: str) -> tuple[str, str]:
    thoughts = InlineThoughts()
    events = [event for piece in pieces for event in thoughts.feed(piece)] + thoughts.end()
    thought = "".join(event.text for event in events if isinstance(event, Reasoning))
    return thought, "".join(event.text for event in events if isinstance(event, Text))


@pytest.mark.parametrize(("text", "thought", "said"), TEXTS)
def test_only_a_block_at_the_head_of_a_text_is_thought(text: str, thought: str, said: str) -> None:
    assert read(text) == (thought, said)


@pytest.mark.parametrize(("text", "thought", "said"), TEXTS)
def test_a_cut_anywhere_in_a_tag_changes_nothing(text: str, thought: str, said: str) -> None:
    assert read(*text) == (thought, said)
    for first in range(len(text)):
        for second in range(first, len(text)):
            assert read(text[:first], text[first:second], text[second:]) == (thought, said)


def test_a_text_without_such_a_block_is_not_held_back() -> None:
    thoughts = InlineThoughts()
    assert thoughts.feed("Ye") == [Text("Ye")]
    assert thoughts.are_over


def test_a_model_that_thinks_in_its_text_is_heard_like_any_other(client: InferenceClient, upstream: Upstream) -> None:
    upstream.says("<thi", "nk>\nTwo and", " two.\n</think>", "\n\nFour.")
    heard = ask(client)
    assert (heard.reasoning, heard.text, heard.error) == ("Two and two.", "Four.", None)


def test_the_bytes_of_such_a_text_may_be_cut_anywhere() -> None:
    stream = b"".join(map(event, (chunk("<think>é "), chunk("\n🦜</th"), chunk("ink>\n\nYes"), chunk(finish="stop"))))

    def heard(*pieces: bytes) -> list[tuple[type, str]]:
        decoder = Decoder()
        events = [event for piece in pieces for event in decoder.feed(piece)] + decoder.end()
        return [(type(event), event.text) for event in events if isinstance(event, Reasoning | Text)]

    assert heard(stream) == [(Reasoning, "é"), (Reasoning, " \n🦜"), (Text, "Yes")]
    for cut in range(len(stream)):
        assert heard(stream[:cut], stream[cut:]) == heard(stream)


def test_a_long_block_is_read_in_no_time() -> None:
    thoughts = InlineThoughts()
    thoughts.feed("<think>")
    pieces = [thoughts.feed("</thinkin " * 3) for _ in range(50_000)]
    assert sum(map(len, pieces)) == 50_000
