"""The real thing, with nothing faked in it: a browser, the app, and the small model of `make run`."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests import processes
from tests.browser.visitor import CONVERSATION, Visitor
from tests.browsers import Arrive
from tests.processes import Process

TURNS = ["Hi. Answer in five words: who are you?", "Name one colour. One word.", "Now another one. One word."]
LONGEST = "48"  # tokens of an answer: so small a model does not always find an end
PATIENCE = 90_000  # milliseconds for an answer: the model is small, and so may be the machine


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder, key = tmp_path_factory.mktemp("real"), "inf-local"
    with processes.local_model(folder, key) as model:
        env = {"INFERENCE_URL": model.url, "INFERENCE_KEY": key, "INFERENCE_MODEL_ID": "smollm2-135m-instruct"}
        with processes.app(folder, env) as app:
            yield app


@pytest.mark.timeout(300)
def test_a_conversation_of_three_turns(arrive: Arrive, real: Process) -> None:
    visitor = arrive(real.url)
    visitor.open()
    visitor.page.get_by_text("Settings", exact=True).click()
    visitor.page.get_by_label("Greatest length").fill(LONGEST)
    for number, text in enumerate(TURNS, start=1):
        visitor.message.fill(text)
        visitor.send.click()
        expect(visitor.messages).to_have_count(2 * number)
        wait_for_answer(visitor)
        expect(visitor.answers.nth(number - 1).locator("[data-blocks]")).not_to_be_empty()

    before = visitor.answer_html
    visitor.page.reload()
    assert visitor.answer_html == before
    expect(visitor.messages).to_have_count(6)


def wait_for_answer(visitor: Visitor) -> None:
    expect(visitor.page).to_have_url(CONVERSATION)
    expect(visitor.send).to_be_enabled(timeout=PATIENCE)
    expect(visitor.stop).to_be_hidden()
