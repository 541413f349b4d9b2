"""What was typed is not lost: when it is refused, when it can't be sent, when its tab goes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect
from sqlalchemy import text as sql

from tests import processes
from tests.browser.line import Line
from tests.browser.visitor import CONVERSATION, Visitor
from tests.browsers import at_one_site
from tests.processes import Process

LIMIT = 100_000
THOUGHT = "Long thought about"


@dataclass
class Scene:
    """Somebody at a browser, and what their messages go through."""

    visitor: Visitor
    line: Line
    site: Process


@pytest.fixture
def scene(commuter: Visitor, line: Line, site: Process) -> Scene:
    return Scene(commuter, line, site)


@contextmanager
def a_line_that_is_cut(scene: Scene) -> Iterator[None]:
    scene.line.cut()
    yield
    scene.line.mend()


@contextmanager
def a_database_that_is_out_of_order(scene: Scene) -> Iterator[None]:
    rename = "ALTER TABLE {} RENAME TO {}"
    with processes.database(scene.site) as database:
        with database.writing() as connection:
            connection.execute(sql(rename.format("messages", "lost")))
        yield
        with database.writing() as connection:
            connection.execute(sql(rename.format("lost", "messages")))


@contextmanager
def an_expired_form(scene: Scene) -> Iterator[None]:
    token = scene.visitor.page.locator("form:has([name=message]) [name=csrf_token]")
    token.evaluate("token => { token.value = 'stale' }")
    yield
    if not scene.visitor.page.is_closed():
        expect(token).not_to_have_value("stale")


troubles = pytest.mark.parametrize(
    "trouble", [a_line_that_is_cut, a_database_that_is_out_of_order, an_expired_form], ids=lambda one: one.__name__
)
begun = pytest.mark.parametrize("begun", [False, True], ids=["first message", "further message"])
Trouble = Callable[[Scene], AbstractContextManager[None]]


@troubles
@begun
@at_one_site
def test_a_text_that_can_not_be_sent_stays_and_is_sent_once_in_the_end(
    scene: Scene, trouble: Trouble, begun: bool
) -> None:
    visitor = scene.visitor
    visitor.open()
    if begun:
        visitor.say_and_wait("First")
    with trouble(scene):
        visitor.say(THOUGHT)
        expect(visitor.alert).not_to_be_empty()
        expect(visitor.message).to_have_value(THOUGHT)
        expect(visitor.send).to_be_enabled()
    visitor.send.click()
    visitor.wait_for_answer()
    expect(visitor.alert).to_be_hidden()
    assert visitor.texts.all_inner_texts()[-2:] == [THOUGHT, "Hello there."]
    expect(visitor.messages).to_have_count(4 if begun else 2)
    visitor.page.reload()
    expect(visitor.message).to_have_value("")
    visitor.open()
    expect(visitor.message).to_have_value("")


@troubles
@at_one_site
def test_a_text_that_could_not_be_sent_is_there_when_its_tab_comes_back(scene: Scene, trouble: Trouble) -> None:
    visitor = scene.visitor
    visitor.open()
    with trouble(scene):
        visitor.say(THOUGHT)
        expect(visitor.alert).not_to_be_empty()
        visitor.page.close()
    tab = visitor.another_tab()
    tab.open()
    expect(tab.message).to_have_value(THOUGHT)
    tab.send.click()
    tab.wait_for_answer()
    expect(tab.texts).to_have_text([THOUGHT, "Hello there."])


@at_one_site
def test_a_text_over_the_limit_stays_when_it_is_refused_and_when_the_page_is_reloaded(guest: Visitor) -> None:
    guest.forgive("422")
    guest.open()
    guest.say("a" * (LIMIT + 1))
    expect(guest.alert).to_contain_text("100,001 characters")
    for _ in range(2):
        expect(guest.message).to_have_value("a" * (LIMIT + 1))
        guest.page.reload()
    guest.message.fill("a")
    guest.message.press("Enter")
    guest.wait_for_answer()


@at_one_site
def test_a_draft_is_there_when_its_tab_was_closed(guest: Visitor) -> None:
    guest.open()
    guest.message.fill("Half a thou")
    guest.page.close()
    tab = guest.another_tab()
    tab.open()
    expect(tab.message).to_have_value("Half a thou")
    tab.page.reload()
    expect(tab.message).to_have_value("Half a thou")


@at_one_site
def test_two_conversations_keep_two_drafts(guest: Visitor) -> None:
    drafts = {}
    for name in ("apples", "pears"):
        guest.open()
        guest.say_and_wait(f"About {name}")
        drafts[guest.page.url] = f"More about {name}"
        guest.message.fill(drafts[guest.page.url])
    guest.page.close()
    for address, draft in drafts.items():
        tab = guest.another_tab()
        tab.page.goto(address)
        expect(tab.message).to_have_value(draft)
    tab.open()
    expect(tab.message).to_have_value("")


@at_one_site
def test_a_draft_that_is_written_while_an_answer_comes_outlives_the_tab(guest: Visitor) -> None:
    guest.open()
    guest.say_and_wait("First")
    guest.say("Second")
    expect(guest.messages).to_have_count(4)
    guest.message.fill("Half a thou")
    address = guest.page.url
    guest.page.close()
    tab = guest.another_tab()
    tab.page.goto(address)
    expect(tab.message).to_have_value("Half a thou")
    expect(tab.page).to_have_url(CONVERSATION)
