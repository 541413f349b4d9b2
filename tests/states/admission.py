"""Who may come in, and what they may still say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from playwright.sync_api import expect
from sqlalchemy import update

from app import create_app
from parley.config import Config
from parley.tables import counters, invitations
from tests import processes
from tests.processes import Process
from tests.states.stage import MOST_A_DAY, Stage, State

MESSAGES = 40  # of an invitation


def access_code(stage: Stage) -> None:
    with _as_somebody_new(stage):
        stage.visitor.page.goto(stage.site.bare.url)
        stage.visitor.page.get_by_label("Access code").fill("open barley")
        stage.press("Continue")
        expect(stage.visitor.alert).to_be_visible()


def operators_code(stage: Stage) -> None:
    stage.open_bare("/operator")
    expect(stage.visitor.page.get_by_label("Operator's code")).to_be_visible()


def said_too_often(stage: Stage) -> None:
    stage.open_conversation()
    _have_said(stage, MOST_A_DAY)
    stage.say("And with threads?")
    expect(stage.visitor.alert).to_contain_text("You can retry in")
    _have_said(stage, 0)


def invitation(stage: Stage) -> None:
    stage.visitor.page.goto(_link(stage.site.app))
    expect(stage.visitor.page.get_by_role("button", name="Accept the invitation")).to_be_visible()


def little_left_of_an_invitation(stage: Stage) -> None:
    with _as_somebody_new(stage):
        stage.visitor.page.goto(_link(stage.site.app))
        stage.press("Accept the invitation")
        _have_used(stage.site.app, MESSAGES - 3)
        stage.visitor.open()
        expect(stage.visitor.page.get_by_text("Your invitation has 3 messages left")).to_be_visible()


def invitation_used_up(stage: Stage) -> None:
    link = _link(stage.site.app)
    _have_used(stage.site.app, MESSAGES)
    stage.visitor.page.goto(link)
    expect(stage.visitor.alert).to_contain_text("This invitation is used up")


def invitation_that_ended(stage: Stage) -> None:
    with _as_somebody_new(stage):
        stage.visitor.page.goto(_link(stage.site.bare))
        stage.press("Accept the invitation")
        with processes.database(stage.site.bare) as kept, kept.writing() as connection:
            connection.execute(update(invitations).values(revoked_at=datetime.now(UTC)))
        stage.visitor.page.reload()
        expect(stage.visitor.page.get_by_text("Your invitation has ended.")).to_be_visible()


@contextmanager
def _as_somebody_new(stage: Stage) -> Iterator[None]:
    """Without the cookies that other states need."""
    known = stage.visitor.context.cookies()
    stage.visitor.context.clear_cookies()
    yield
    stage.visitor.context.clear_cookies()
    stage.visitor.context.add_cookies(known)  # type: ignore[arg-type]


def _have_said(stage: Stage, count: int) -> None:
    with processes.database(stage.site.app) as kept, kept.writing() as connection:
        connection.execute(update(counters).values(count=count))


def _link(site: Process) -> str:
    """One that the operator makes, by the command for it."""
    runner = create_app(Config.from_env(site.env)).test_cli_runner()
    invited = runner.invoke(args=["invite", "--messages", str(MESSAGES), "--url", site.url])
    return invited.stdout.strip()


def _have_used(site: Process, count: int) -> None:
    with processes.database(site) as kept, kept.writing() as connection:
        connection.execute(update(invitations).values(used=count))


ADMISSION: tuple[State, ...] = (
    *(access_code, operators_code, said_too_often),
    *(invitation, little_left_of_an_invitation, invitation_used_up, invitation_that_ended),
)
