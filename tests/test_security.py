"""What keeps others out of a visitor's browser: names, headers, cookies, tokens, and the keys that sign them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from flask import Flask

from app import create_app
from parley.config import Config
from tests.belongings import Belongings
from tests.conftest import SECRET, running
from tests.people import EVENTS, Page, Person
from tests.test_from_a_shell import TEXT
from tests.test_strangers import rules
from tests.upstream import Upstream

pytestmark = pytest.mark.on_sqlite

HTTPS = {"X-Forwarded-Proto": "https"}
EVIL = "evil.example"


@pytest.fixture
def behind_a_router(config: Config) -> Iterator[Flask]:
    with running(create_app(replace(config, behind_router=True, allowed_hosts=("*",)))) as app:
        yield app


# Headers


def test_every_response_keeps_other_peoples_scripts_frames_and_caches_out(app: Flask, alice: Person) -> None:
    here = alice.say("Hello")
    others = ("/up", "/nowhere", "/manifest.webmanifest", "/static/js/main.js")
    for address in ("/", here, f"{here}.json", "/conversations", *others):
        with alice.client.get(address) as response:
            headers = response.headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'")
        assert "unsafe" not in policy
        assert "require-trusted-types-for 'script'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert {"camera=()", "microphone=()", "geolocation=()"} < set(headers["Permissions-Policy"].split(", "))
        assert "no-store" in headers["Cache-Control"] or "no-cache" in headers["Cache-Control"]
        assert not {"Strict-Transport-Security", "Access-Control-Allow-Origin"} & set(headers.keys())


def test_no_page_has_a_script_a_style_or_a_handler_in_it(alice: Person, upstream: Upstream) -> None:
    upstream.says("Some `code`, **more** and \\(x\\).")
    here = alice.say("Hello")
    for address in ("/", here, f"{here}/options", "/conversations", "/shares", "/conversations/import", "/nowhere"):
        html = alice.client.get(address).text
        assert not re.findall(r"<style|<script(?! type=\"module\" src=)|<[^>]* (?:style|on\w+)=|javascript:", html)


# HTTPS


def test_behind_the_router_plain_http_is_sent_on_whatever_is_asked(behind_a_router: Flask) -> None:
    client = behind_a_router.test_client()
    for method in ("GET", "HEAD", "POST", "OPTIONS"):
        response = client.open("/conversations?q=x", method=method, headers={"X-Forwarded-Proto": "http"})
        assert (response.status_code, response.location) == (308, "https://localhost/conversations?q=x")
        assert not {"Set-Cookie", "Strict-Transport-Security"} & set(response.headers.keys())


def test_who_came_by_https_comes_by_nothing_else(behind_a_router: Flask) -> None:
    client = behind_a_router.test_client()
    assert client.get("/", headers=HTTPS).headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in client.get("/").headers


def test_on_a_laptop_nobody_is_made_believe_in_https(app: Flask) -> None:
    for scheme in ("http", "https"):
        response = app.test_client().get("/", headers={"X-Forwarded-Proto": scheme})
        assert (response.status_code, "Strict-Transport-Security" in response.headers) == (200, False)
        assert "Secure" not in response.headers["Set-Cookie"]


# The cookie


def test_behind_the_router_no_other_host_can_have_set_the_cookie(behind_a_router: Flask) -> None:
    cookie = behind_a_router.test_client().get("/", headers=HTTPS).headers["Set-Cookie"]
    assert cookie.startswith("__Host-parley=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_on_a_laptop_the_cookie_needs_no_https(app: Flask) -> None:
    cookie = app.test_client().get("/").headers["Set-Cookie"]
    assert cookie.startswith("parley=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


# The names of the app


OURS = ("localhost", "localhost:5000", "LOCALHOST.", "127.0.0.1:8000", "[::1]", "[::1]:5000")
THEIRS = (
    *(EVIL, f"{EVIL}:5000", "localhost.evil.example", "evil-localhost", "127.0.0.1.nip.io", "0.0.0.0", "*", "[::2]"),
    *("", "local host", "localhost@evil.example", "evil.example/localhost", "localhost:port", "[::1", "\x7f"),
)


def test_what_is_meant_for_another_host_is_answered_by_nobody(app: Flask, upstream: Upstream) -> None:
    """A page of theirs could have pointed its name here, and would read whatever it asks for."""
    for host in OURS:
        assert app.test_client().get("/", headers={"Host": host}).status_code == 200, host
    for host, (method, address) in product(THEIRS, (("GET", "/"), ("POST", "/"), ("GET", "/up"), ("GET", "/nowhere"))):
        said = {"message": "Hi"} if method == "POST" else None
        response = app.test_client().open(address, method=method, headers={"Host": host, **TEXT}, data=said)
        assert (response.status_code, response.mimetype) == (400, "text/plain"), host
        assert "ALLOWED_HOSTS" in response.text
        assert "Set-Cookie" not in response.headers
        assert EVIL not in response.text
    assert not upstream.chats


def test_a_host_that_is_allowed_is_one_and_no_other(config: Config) -> None:
    hosts = " Chat.example.org:443 ,, [fe80::1]"
    env = {"SECRET_KEY": SECRET, "DATABASE_URL": config.database_url, "ALLOWED_HOSTS": hosts}
    with running(create_app(Config.from_env(env))) as app:
        statuses = {
            host: app.test_client().get("/", headers={"Host": host}).status_code
            for host in ("chat.example.org", "chat.example.org:8443", "[FE80::1]:80", "localhost", "a.chat.example.org")
        }
    assert list(statuses.values()) == [200, 200, 200, 400, 400]


def test_behind_the_router_all_that_it_leads_here_is_meant_for_us() -> None:
    assert Config.from_env({"DYNO": "web.1"}).allowed_hosts == ("*",)
    assert Config.from_env({"DYNO": "web.1", "ALLOWED_HOSTS": "a.example"}).allowed_hosts == ("a.example",)
    assert Config.from_env({}).allowed_hosts == ("localhost", "127.0.0.1", "[::1]")


# Forged headers


FORGED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-For": "10.0.0.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "X-Original-Url": "/evil",
    "X-Rewrite-Url": "/evil",
    "X-Http-Method-Override": "DELETE",
    "Forwarded": f"host={EVIL};proto=https",
    "Origin": f"https://{EVIL}",
    "Referer": f"https://{EVIL}/",
}


def test_forged_headers_change_no_link_and_no_address(behind_a_router: Flask, app: Flask, alice: Person) -> None:
    here = alice.say("Hello")
    for server in (app, behind_a_router):
        person = alice.at(server)
        for address in ("/", here, f"{here}/options", "/conversations", "/shares"):
            honest = person.client.get(address, headers=HTTPS).text
            forged = person.client.get(address, headers=FORGED).text
            assert EVIL not in forged
            assert Page(forged).links == Page(honest).links
            assert [one.action for one in Page(forged).forms if "/turns" not in one.action] == [
                one.action for one in Page(honest).forms if "/turns" not in one.action
            ]
        pinned = Page(person.client.get(f"{here}/options", headers=HTTPS).text).form("/pin")
        response = person.client.post(pinned.action, data=pinned.fields, headers=FORGED)
        assert (response.status_code, response.location) == (303, here)
        person.client.post(pinned.action.replace("/pin", "/unpin"), data=pinned.fields, headers=FORGED)


# Tokens


@pytest.mark.parametrize("headers", [{}, EVENTS, TEXT], ids=["page", "script", "shell"])
def test_no_form_does_anything_without_the_visitors_own_token(
    app: Flask,
    alice: Person,
    stranger: Person,
    belongings: Belongings,
    upstream: Upstream,
    headers: dict[str, str],
) -> None:
    """Also where everything about the request says that it came from a page of ours."""
    honest = {"Origin": "http://localhost", "Referer": "http://localhost/", "Sec-Fetch-Site": "same-origin", **headers}
    before, asked = alice.client.get(f"{belongings.address}.json").data, len(upstream.chats)
    foreign = stranger.open().form("/turns").fields["csrf_token"]
    everywhere = [belongings.at(rule) for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(everywhere) > 15
    for address in everywhere:
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "forged"}, {"csrf_token": foreign}):
            sent = {"message": "Hi", "title": "Mine", "theme": "dark", "sure": "y", "turn": belongings.answer, **token}
            response = alice.client.post(address, data=sent, headers=honest)
            assert response.status_code == 400, (address, token)
    assert alice.client.get(f"{belongings.address}.json").data == before
    assert len(upstream.chats) == asked


def test_no_address_changes_anything_when_it_is_only_read(app: Flask, alice: Person, belongings: Belongings) -> None:
    before = alice.client.get(f"{belongings.address}.json").data
    for rule in rules(app, "GET"):
        for method in ("GET", "HEAD"):
            alice.client.open(f"{belongings.at(rule)}?delete=1&message=Hi&title=x&_method=POST", method=method).close()
    assert alice.client.get(f"{belongings.address}.json").data == before


# The keys that sign


def rotated(config: Config, *keys: str) -> Config:
    return replace(config, secret_key=keys[0], secret_key_fallbacks=keys[1:])


def test_who_was_here_before_a_change_of_the_key_is_still_known(app: Flask, config: Config, alice: Person) -> None:
    here = alice.say("Hello")
    form = alice.open(here).form("/turns")
    with running(create_app(rotated(config, "another", SECRET))) as changed:
        later = alice.at(changed)
        response = later.client.post(form.action, data=form.fields | {"message": "From an old page"})
        assert response.status_code == 303
        later.finish(here)
        assert later.open(here).questions == ["Hello", "From an old page"]
    with running(create_app(rotated(config, "another"))) as settled:
        assert later.at(settled).open(here).questions == ["Hello", "From an old page"]
        assert alice.at(settled).client.get(here).status_code == 404
    with running(create_app(rotated(config, "a third", "not it"))) as other:
        assert alice.at(other).client.get(here).status_code == 404


def test_who_entered_the_access_code_need_not_do_it_again(app: Flask, config: Config) -> None:
    closed = replace(config, access_code="open sesame")
    with running(create_app(closed)) as before:
        alice = Person(before)
        form = Page(alice.client.get("/").text).forms[0]
        assert alice.client.post(form.action, data=form.fields | {"code": "open sesame"}).status_code == 303
    with running(create_app(rotated(closed, "another", SECRET))) as changed:
        later = alice.at(changed)
        assert later.client.get("/").status_code == 200
    for keys, status in ((("another",), 200), (("a third",), 401)):
        with running(create_app(rotated(closed, *keys))) as settled:
            assert later.at(settled).client.get("/").status_code == status
            assert alice.at(settled).client.get("/").status_code == 401


def test_the_keys_are_shown_by_nobody(config: Config) -> None:
    env = {"SECRET_KEY": "the first", "SECRET_KEY_FALLBACKS": "the second, the third ,"}
    read = Config.from_env(env)
    assert read.secret_key_fallbacks == ("the second", "the third")
    assert not [one for one in ("first", "second", "third") if f"the {one}" in repr(read)]


# What a shell may do without a token


def test_a_page_of_another_site_asks_nothing_in_anybodys_name(app: Flask, upstream: Upstream) -> None:
    foreign = (
        *({"Origin": f"https://{EVIL}"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}),
        *({"Sec-Fetch-Site": "same-site"}, {"Origin": "http://localhost.evil.example"}, {"Cookie": "a=b"}),
    )
    for headers in foreign:
        response = app.test_client(use_cookies=False).post("/", data={"message": "Hi"}, headers=TEXT | headers)
        assert response.status_code in (400, 403), headers
    assert not upstream.chats
