"""Light, dark, or as the system has it: chosen by a visitor, rendered by the server, remembered in the cookie."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from app import create_app
from parley.config import Config
from tests.conftest import SECRET, running
from tests.people import Page, Person
from tests.upstream import Upstream

pytestmark = pytest.mark.on_sqlite

JSON = {"Accept": "application/json"}


def choose(visitor: Person, theme: str, at: str = "/", **changes: str) -> str:
    """Press the button in the sidebar of a page. Returns where that leads."""
    form = visitor.open(at).form("/theme")
    response = visitor.client.post(form.action, data=form.fields | {"theme": theme} | changes)
    assert response.status_code == 303
    return response.location


def theme_of(html: str) -> str | None:
    found = re.search(r'<html lang="en"(?: data-theme="(\w+)")?>', html)
    assert found
    return found[1]


def colours_of(html: str) -> dict[str, str]:
    """Which colour a browser draws around the page, and when."""
    return dict(re.findall(r'<meta name="theme-color" content="[^"]+" media="([^"]+)" data-scheme="(\w+)">', html))


def pressed(html: str) -> list[str]:
    return re.findall(r'value="(\w+)" aria-pressed="true"', html)


def test_a_newcomers_page_is_as_their_system_has_it(alice: Person) -> None:
    html = alice.open().html
    assert theme_of(html) is None
    assert pressed(html) == ["system"]
    assert '<meta name="color-scheme" content="light dark">' in html
    assert colours_of(html) == {"(prefers-color-scheme: light)": "light", "(prefers-color-scheme: dark)": "dark"}


def test_a_choice_is_on_every_page_from_then_on(alice: Person, stranger: Person) -> None:
    choose(alice, "dark")
    here = alice.say("Hello")
    share = alice.open(f"{here}/options").form("/shares")
    options = Page(alice.client.post(share.action, data=share.fields, follow_redirects=True).text)
    shared = next(link for link in options.links.values() if link.startswith("/shares/"))
    document = re.sub(r".*data-events=\"(.*?)/events.*", r"\1", alice.open(here).html, flags=re.DOTALL)
    for address in ("/", here, f"{here}/options", "/conversations", "/conversations?q=x", shared, document, "/nowhere"):
        html = alice.client.get(address).text
        assert theme_of(html) == "dark", address
        assert '<meta name="color-scheme" content="dark">' in html
        assert colours_of(html) == {"not all": "light", "all": "dark"}
    assert theme_of(stranger.open(shared).html) is None


def test_one_can_change_ones_mind(alice: Person) -> None:
    for theme, attribute in (("dark", "dark"), ("light", "light"), ("system", None)):
        choose(alice, theme)
        html = alice.open().html
        assert (theme_of(html), pressed(html)) == (attribute, [theme])


def test_a_choice_leaves_a_visitor_who_they_are(alice: Person) -> None:
    here = alice.say("Hello")
    choose(alice, "light")
    assert alice.open(here).questions == ["Hello"]


def test_it_leads_back_to_the_page_that_it_was_made_on(alice: Person) -> None:
    here = alice.say("Hello")
    answer = alice.client.get(f"{here}.json").get_json()["messages"][1]["id"]
    for at in (here, f"{here}?at={answer}", "/?q=%C3%BC", "/?q=two+words%26"):
        assert choose(alice, "dark", at) == at


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("", "nonsense", "https://evil.example/", "http://localhost/conversations", "//evil.example/conversations"),
        *("/\\evil.example", "/\t/evil.example", "/%2F/evil.example", "/nowhere", "javascript:alert(1)", "/theme"),
        *(
            "/conversations\r\nLocation: //evil.example",
            "//[",
            "/[::1",
            "/\x00",
            "/é",
            "@evil.example",
            "?/conversations",
        ),
    ],
)
def test_else_it_leads_to_the_first_page_and_never_away(alice: Person, elsewhere: str) -> None:
    assert choose(alice, "dark", next=elsewhere) == "/"


def test_where_a_form_came_back_it_leads_to_the_first_page(alice: Person) -> None:
    came_back = Page(alice.send("").text).form("/theme")
    response = alice.client.post(came_back.action, data=came_back.fields | {"theme": "dark"})
    assert response.location == "/"


def test_a_script_is_told_nothing_more(alice: Person) -> None:
    form = alice.open().form("/theme")
    response = alice.client.post(form.action, data=form.fields | {"theme": "dark"}, headers=JSON)
    assert (response.status_code, response.data) == (204, b"")
    assert theme_of(alice.open().html) == "dark"


@pytest.mark.parametrize("theme", ["", "blue", 'dark" onload="alert(1)'])
def test_what_is_no_theme_is_refused_in_words(alice: Person, theme: str) -> None:
    form = alice.open().form("/theme")
    for headers in ({}, JSON):
        response = alice.client.post(form.action, data=form.fields | {"theme": theme}, headers=headers)
        assert response.status_code == 422
        assert "There is no such theme." in response.text
    assert theme_of(alice.open().html) is None


@pytest.fixture
def without_tables(upstream: Upstream, bare_database_url: str) -> Iterator[Flask]:
    """An app whose database can be asked nothing."""
    env = {"SECRET_KEY": SECRET, "DATABASE_URL": bare_database_url, **upstream.env}
    with running(create_app(Config.from_env(env))) as app:
        yield app


def test_it_can_be_chosen_while_no_database_answers(without_tables: Flask) -> None:
    alice = Person(without_tables)
    choose(alice, "dark")
    assert theme_of(alice.open().html) == "dark"
    assert theme_of(alice.client.get("/conversations").text) == "dark"
