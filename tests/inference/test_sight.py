"""Which models are shown images."""

import pytest

from parley.inference.models import Model
from parley.inference.sight import takes_images

SEEING = """
    claude-4-5-haiku claude-4-5-sonnet claude-4-6-sonnet claude-opus-4-5 claude-opus-5-5 claude-sonnet-5-5
    claude-haiku-5-5 nova-lite nova-pro nova-2-lite gpt-4o-mini gpt-4.1 gpt-5 gemini-2.5-flash gemma-3-27b-it gemma3:4b
    llava:7b llama-4-scout llama3.2-vision:11b meta-llama/Llama-3.2-11B-Vision-Instruct pixtral-12b
    Qwen/Qwen2.5-VL-7B-Instruct qwen3-vl:8b qwen2.5vl:7b SmolVLM-500M-Instruct OpenGVLab/InternVL3-8B
"""
BLIND = """
    claude-4-sonnet claude-3-7-sonnet claude-3-5-haiku claude-sonnet-4-20250514 nova-micro gpt-oss-120b gpt-4
    deepseek-v3-2 kimi-k2-thinking qwen3-coder-480b qwen3:8b SmolLM2-135M-Instruct llama3.2:3b gemma-3-1b-it
    gemma3:270m parrot-2 vlad
"""


@pytest.mark.parametrize("name", SEEING.split())
def test_some_families_of_models_are_known_to_look_at_images(name: str) -> None:
    assert takes_images(Model(name, "INFERENCE"))


@pytest.mark.parametrize("name", BLIND.split())
def test_others_are_not_shown_any(name: str) -> None:
    assert not takes_images(Model(name, "INFERENCE"))


def test_a_list_of_models_may_say_so() -> None:
    assert takes_images(Model("owl-1", "INFERENCE", kinds=("text-to-text", "image-to-text")))
    assert takes_images(Model("owl-1", "INFERENCE", kinds=("image-text-to-text",)))
    assert not takes_images(Model("owl-1", "INFERENCE", kinds=("text-to-image",)))


@pytest.mark.parametrize(
    ("told", "seeing"),
    [
        (("*",), {"owl-1", "Claude-5"}),
        (("off",), set()),
        (("owl-1",), {"owl-1"}),
        (("parrot-*", "claude-*"), {"Claude-5"}),
    ],
)
def test_what_the_operator_says_holds(told: tuple[str, ...], seeing: set[str]) -> None:
    models = (Model("owl-1", "INFERENCE"), Model("Claude-5", "INFERENCE"))
    assert {model.id for model in models if takes_images(model, told)} == seeing
