"""A conversation, from before its first word to every kind of answer."""

from playwright.sync_api import expect

from tests.states import words
from tests.states.stage import Stage, State, in_words


def empty(stage: Stage) -> None:
    stage.visitor.open()


def first_answer(stage: Stage) -> None:
    stage.have_answered("Plan a weekend in Ghent", words.SHORT, usage=(12, 24))


def conversation(stage: Stage) -> None:
    stage.open_conversation()


def long_answer(stage: Stage) -> None:
    stage.have_answered("Plan a weekend in Ghent", *in_words(words.LONG))


def code(stage: Stage) -> None:
    stage.have_answered("Show me code", words.CODE)


def table(stage: Stage) -> None:
    stage.have_answered("How many came, by month and city?", words.TABLE)


def mathematics(stage: Stage) -> None:
    stage.have_answered("What is the sum of the first n numbers?", words.MATHEMATICS)


def waiting_for_the_first_word(stage: Stage) -> None:
    stage.upstream.stalls_before_headers()
    stage.ask()
    expect(stage.visitor.stop).to_be_visible()


def thinking(stage: Stage) -> None:
    stage.upstream.says(words.SHORT, reasoning=words.THOUGHTS)
    stage.upstream.stalls_after(2)
    stage.ask()
    expect(stage.visitor.log.locator(".reasoning")).to_be_visible()


def streaming(stage: Stage) -> None:
    stage.upstream.says(*in_words(words.ANSWER))
    stage.upstream.stalls_after(40)
    stage.ask()
    expect(stage.visitor.answer).to_contain_text("mimetype")


def thoughts_closed(stage: Stage) -> None:
    stage.have_answered("Plan a weekend in Ghent", words.SHORT, reasoning=words.THOUGHTS)


def thoughts_open(stage: Stage) -> None:
    thoughts_closed(stage)
    stage.visitor.log.locator(".reasoning summary").click()


def right_to_left(stage: Stage) -> None:
    stage.have_answered(words.RIGHT_TO_LEFT_QUESTION, words.RIGHT_TO_LEFT)


def a_line_without_a_blank(stage: Stage) -> None:
    stage.have_answered(words.UNBROKEN, words.UNBROKEN)


def title_of_300_characters(stage: Stage) -> None:
    stage.have_answered(words.LONG_TITLE, words.SHORT)


ANSWERS: tuple[State, ...] = (
    *(empty, first_answer, conversation, long_answer, code, table, mathematics),
    *(waiting_for_the_first_word, thinking, streaming, thoughts_closed, thoughts_open),
    *(right_to_left, a_line_without_a_blank, title_of_300_characters),
)
