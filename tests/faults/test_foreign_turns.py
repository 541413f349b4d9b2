"""When a button is pressed with the id of another turn, it is refused or has its effect, and nothing breaks."""

import pytest

from tests.callers import Caller
from tests.faults.asking import ask, press
from tests.people import EVENTS
from tests.upstream import Upstream, chunk


@pytest.mark.parametrize("button", ["continue", "retry"])
def test_a_button_with_the_turn_of_a_question_breaks_nothing(visitor: Caller, upstream: Upstream, button: str) -> None:
    upstream.sends(chunk("So far"))
    broken = ask(visitor)
    form = broken.page.form("/turns")
    press(visitor, form, message="More")
    assert_nothing_breaks(visitor, broken.address, button, form.fields["turn"])


@pytest.mark.parametrize("button", ["continue", "retry"])
def test_a_button_with_the_turn_of_another_answer_breaks_nothing(
    visitor: Caller, upstream: Upstream, button: str
) -> None:
    upstream.sends(chunk("So far"))
    broken = ask(visitor)
    retry = broken.form("retry")
    press(visitor, retry)
    assert_nothing_breaks(visitor, f"{broken.address}?at={broken.id}", button, retry.fields["turn"])


def assert_nothing_breaks(visitor: Caller, address: str, button: str, turn: str) -> None:
    form = next(form for form in visitor.page(address).forms if form.action.endswith(button))
    response = visitor.press(form, headers=EVENTS, turn=turn)
    assert response.status_code < 500, response.text
    assert visitor.page(address)
    assert {message["state"] for message in visitor.kept(address.partition("?")[0])} <= {"complete", "interrupted"}
