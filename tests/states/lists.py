"""Conversations by the thousand, and what is found among them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from playwright.sync_api import expect
from sqlalchemy import insert, select

from parley.tables import conversations
from tests import processes
from tests.states import words
from tests.states.stage import Stage, State

MANY = 10_000
TITLES = (
    *("Plan a weekend in Ghent", "What is a monad, really?", "A letter to my landlord", "Names for a grey cat"),
    *("Why is the sky blue?", words.LONG_TITLE, words.RIGHT_TO_LEFT_QUESTION, "Recipe: bread without kneading"),
)


def many_in_the_sidebar(stage: Stage) -> None:
    _have_many(stage)
    stage.visitor.page.reload()
    menu = stage.visitor.page.get_by_role("button", name="Conversations")
    if menu.is_visible():
        menu.click()


def drawer(stage: Stage) -> None:
    stage.visitor.open()
    stage.visitor.page.get_by_role("button", name="Conversations").click()
    expect(stage.visitor.conversations).to_be_visible()


def all_conversations(stage: Stage) -> None:
    _have_many(stage)
    stage.visitor.open("/conversations")


def nothing_kept(stage: Stage) -> None:
    stage.open_bare("/conversations")


def found(stage: Stage) -> None:
    stage.have_answered("Plan a weekend in Ghent", words.LONG)
    stage.have_answered("And where does one eat?", "In Patershol. The kitchens of Ghent are better than its weather.")
    stage.visitor.open("/conversations?q=ghent")


def nothing_found(stage: Stage) -> None:
    stage.visitor.open("/conversations?q=walrus")


def deleted_with_undo(stage: Stage) -> None:
    stage.have_answered("Names for a grey cat", "Ash.")
    stage.follow("Options")
    stage.press("Delete conversation")
    expect(stage.visitor.page.get_by_role("button", name="Undo")).to_be_visible()


def _have_many(stage: Stage) -> None:
    """Give the visitor ten thousand conversations, unless they have them. They have no words: only titles are seen."""
    stage.open_conversation()
    if stage.visitor.page.locator(".group").count() > 1:
        return
    here = stage.visitor.page.url.rpartition("/")[2]
    with processes.database(stage.site.app) as kept, kept.writing() as connection:
        visitor = connection.scalar(select(conversations.c.visitor).where(conversations.c.id == here))
        now = datetime.now(UTC)
        connection.execute(
            insert(conversations),
            [
                {"id": str(uuid4()), "visitor": visitor, "title": TITLES[number % len(TITLES)], "created_at": at}
                | {"updated_at": at}
                for number in range(MANY)
                for at in [now - timedelta(hours=number)]
            ],
        )


LISTS: tuple[State, ...] = (
    *(drawer, found, nothing_found, deleted_with_undo, nothing_kept),
    *(many_in_the_sidebar, all_conversations),
)

ON_PHONES_ONLY: tuple[State, ...] = (drawer,)  # elsewhere it is always there
