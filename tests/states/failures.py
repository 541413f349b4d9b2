"""What ends too soon, is refused, or can't be reached."""

from uuid import UUID

from playwright.sync_api import expect

from tests.states import words
from tests.states.stage import MESSAGE_LIMIT, Stage, State, in_words
from tests.waiting import eventually


def stopped(stage: Stage) -> None:
    stage.upstream.says(*in_words(words.LONG))
    stage.upstream.stalls_after(40)
    stage.ask("Plan a weekend in Ghent")
    expect(stage.visitor.answer).to_contain_text("lost in")
    stage.visitor.stop.click()
    stage.visitor.wait_for_answer()


def interrupted(stage: Stage) -> None:
    stage.upstream.says(*in_words(words.LONG))
    stage.upstream.drops_after(40)
    stage.ask("Plan a weekend in Ghent")
    expect(stage.visitor.go_on).to_be_visible()


def cut_by_length(stage: Stage) -> None:
    stage.have_answered("Plan a weekend in Ghent", *in_words(words.LONG)[:60], finish="length")


def failed(stage: Stage) -> None:
    stage.upstream.refuses(401)
    stage.ask()
    expect(stage.visitor.retry).to_be_visible()


def rate_limited(stage: Stage) -> None:
    stage.upstream.refuses(429, headers={"Retry-After": "90"})
    stage.ask()
    expect(stage.visitor.log.locator("parley-countdown")).to_be_visible()


def reconnecting(stage: Stage) -> None:
    stage.upstream.says(*in_words(words.LONG))
    stage.upstream.stalls_after(40)
    stage.ask("Plan a weekend in Ghent")
    expect(stage.visitor.answer).to_contain_text("lost in")
    page = stage.visitor.page
    assert eventually(lambda: "lost in" in page.request.get(f"{page.url}.md").text())  # then a reload has it
    stage.visitor.page.route("**/events", lambda route: route.abort())
    stage.visitor.page.reload()
    expect(stage.visitor.connection).to_have_text("Reconnecting")
    stage.visitor.page.unroute("**/events")


def offline(stage: Stage) -> None:
    stage.open_conversation()
    stage.visitor.context.set_offline(True)
    stage.say("And with threads?")
    expect(stage.visitor.alert).to_contain_text("still here")


def message_too_long(stage: Stage) -> None:
    stage.ask("All that I know of Ghent. " * (MESSAGE_LIMIT // 20))
    expect(stage.visitor.alert).to_be_visible()


def expired_form(stage: Stage) -> None:
    stage.visitor.open()
    stage.visitor.page.locator("form").evaluate_all(
        "forms => forms.forEach(form => form.elements.csrf_token && (form.elements.csrf_token.value = 'old'))"
    )
    stage.say(words.QUESTION)
    expect(stage.visitor.alert).to_be_visible()


def not_found(stage: Stage) -> None:
    stage.visitor.open(f"/conversations/{UUID(int=0)}")


def no_model(stage: Stage) -> None:
    stage.open_bare()
    expect(stage.visitor.page.get_by_role("heading", name="No model is connected yet")).to_be_visible()


def server_error(stage: Stage) -> None:
    stage.open_bare()
    with stage.site.unwell():
        stage.visitor.page.goto(f"{stage.site.bare.url}/conversations")
    expect(stage.visitor.alert).to_be_visible()


FAILURES: tuple[State, ...] = (
    *(stopped, interrupted, cut_by_length, failed, rate_limited, reconnecting, offline),
    *(message_too_long, expired_form, not_found, no_model, server_error),
)
