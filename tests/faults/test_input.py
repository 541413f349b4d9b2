"""Whatever is sent: it is refused with words or kept as it can be, nothing breaks, and hardly any memory is taken."""

import socket
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest

from tests.callers import Caller
from tests.people import EVENTS, Page
from tests.processes import Process
from tests.upstream import Upstream

pytestmark = pytest.mark.as_on_a_dyno

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=x"}
MEGABYTE = 2**20
MOST_GROWTH = 10 * MEGABYTE
MARKS = "Z" + "\N{COMBINING ACUTE ACCENT}" * 10_000
ODD = "a\0b\x08\x1b[31m\u202e\ufffe\U000e0001\r\nc"
PATHS = [
    *(
        "/static/../../app.py",
        "/static/%2e%2e/%2e%2e/app.py",
        "/static/..%2f..%2fapp.py",
        "/static/%00",
        "/%00",
        "/%ff",
    ),
    *("//evil.example/", "/%2F/evil.example", "/conversations/../up/x", "/conversations/%2e%2e", "/..", "/%ff"),
    *("/conversations/'%20or%201=1--", "/answers/1", "/images/x", "/shares/%0d%0aX:1", "/%c0%ae/"),
    *(f"/conversations/{uuid4()}.exe", f"/conversations/{str(uuid4()).replace('-', '')}", f"/answers/{uuid4()}%00"),
]


def raw(server: Process, request: str, *headers: str) -> str:
    """The first line of the answer to a request that no client would send."""
    where = urlsplit(server.url)
    head = "\r\n".join([request, f"Host: {where.netloc}", "Connection: close", *headers, "", ""])
    with socket.create_connection((where.hostname, where.port), timeout=20) as connection:
        connection.sendall(head.encode("latin-1"))
        return connection.makefile("rb").readline().decode().strip()


def memory(server: Process) -> int:
    """What the processes of a server have for themselves, in bytes."""
    return sum(process.memory_full_info().uss for process in server.tree)


def test_a_message_of_any_characters_is_kept_as_it_can_be(visitor: Caller, upstream: Upstream) -> None:
    for message, kept in ((ODD, None), (MARKS, MARKS), ("x" * 100_000, "x" * 100_000)):
        sent = visitor.submit(message)
        assert sent.status_code == 200, sent.text
        text = visitor.kept(urlsplit(sent.url).path)[0]["text"]
        assert kept is None or text == kept
        assert "\0" not in text
    assert "Traceback" not in visitor.server.log


def test_what_can_not_be_kept_is_refused_with_words_and_its_text(visitor: Caller, upstream: Upstream) -> None:
    for message, words in (
        ("", "The message is empty"),
        (" \n\t\u3000", "The message is empty"),
        ("x" * 100_001, "100,000 is the most"),
    ):
        refused = visitor.submit(message)
        assert refused.status_code == 422
        assert words in refused.text
        assert refused.text.count("x" * 100_001) == message.count("x" * 100_001)
    assert not upstream.chats


def bodies(form: dict[str, str]) -> Iterator[tuple[str, dict[str, str], bytes, tuple[int, ...]]]:
    """What may be sent in place of a form, and the statuses that it may have."""
    fields, refused = urlencode(form), (400, 413, 422)
    many = {f"field-{number}": "x" for number in range(10_000)}
    names = {letter * 1_000_000: letter for letter in "no"}
    part = b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
    yield "invalid UTF-8", FORM, f"{fields}&message=%ff%fe%80".encode(), (303, 422)
    yield "bytes that are no text", FORM, fields.encode() + b"&message=\xff\xfe\x80", refused
    yield "10,000 fields", FORM, urlencode(many | form | {"message": "Hi"}).encode(), (413,)
    yield "a million fields", FORM, b"a&" * 1_000_000, (413,)
    yield "names of a megabyte", FORM, urlencode(names | form | {"message": "Hi"}).encode(), (303,)
    yield "10,000 images", FORM, urlencode([*form.items(), *[("image", "x")] * 10_000]).encode(), refused
    yield "ten turns", FORM, (fields + "&turn=x&parent=y&csrf_token=z&message=Hi" * 10).encode(), (303, *refused)
    yield "10,000 parts", PARTS, part % (b"message", b"x") * 10_000 + b"--x--", refused
    yield "parts with names of a megabyte", PARTS, part % (b"n" * MEGABYTE, b"x") * 3 + b"--x--", refused
    yield "parts that are no text", PARTS, part % (b"\xff", b"\xff") + b"--x--", refused
    yield "parts without an end", PARTS, part % (b"message", b"x"), refused
    yield "no boundary", {"Content-Type": "multipart/form-data"}, b"--x", refused
    yield "another kind", {"Content-Type": "application/json"}, b'{"message": "Hi"}', refused
    yield "no kind that there is", {"Content-Type": ";;=\x7f"}, b"message=Hi", refused
    yield "5 MB in a part", PARTS, part % (b"message", b"a" * 5_000_000) + b"--x--", refused
    yield "50 MB", FORM | {"Connection": "close"}, b"a" * 50_000_000, refused  # else gunicorn reads it to its end


def test_no_body_breaks_anything_or_takes_memory(visitor: Caller, upstream: Upstream) -> None:
    form = visitor.page().form("/turns")
    assert visitor.press(form, message="So that all is there that a first message needs").ok
    before = memory(visitor.server)
    for name, headers, body, expected in bodies(form.fields | {"turn": str(uuid4())}):
        address = visitor.server.url + form.action.replace(form.action.split("/")[2], str(uuid4()))
        response = visitor.post(address, body, headers=headers, allow_redirects=False, timeout=60)
        assert response.status_code in expected, name
    assert memory(visitor.server) - before < MOST_GROWTH
    assert "Traceback" not in visitor.server.log


def test_what_is_no_address_of_ours_is_not_there(visitor: Caller) -> None:
    for path in PATHS:
        assert raw(visitor.server, f"GET {path} HTTP/1.1").split()[1] == "404", path
    assert raw(visitor.server, "GET /?q=%ff%00%0d%0aSet-Cookie:x HTTP/1.1").split()[1] == "200"
    assert raw(visitor.server, f"GET /{'a' * 70_000} HTTP/1.1").split()[1] == "414"
    assert "Traceback" not in visitor.server.log


def test_each_method_has_its_answer(visitor: Caller, upstream: Upstream) -> None:
    here = urlsplit(visitor.submit("Hi").url).path
    for address in ("/", here, "/conversations", "/up"):
        page, head = visitor.read(address), visitor.head(visitor.server.url + address)
        assert (page.status_code, head.status_code, head.content) == (200, 200, b""), address
        options = visitor.options(visitor.server.url + address)
        assert (options.status_code, {"GET", "HEAD"} <= set(options.headers["Allow"].split(", "))) == (200, True)
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
            assert visitor.request(method, visitor.server.url + address).status_code == 405, (method, address)
    for headers in ({}, EVENTS):
        assert visitor.read(f"{here}/turns", headers=headers).status_code == 405


def test_headers_that_nobody_should_send_change_nothing(visitor: Caller) -> None:
    """Some of them are meant for a server behind a proxy: they say which path was asked for, or by which name."""
    honest = visitor.page()
    for header in (
        *("SCRIPT_NAME: /evil", "PATH_INFO: /up", "SCRIPT-NAME: /evil", "X-Forwarded-Prefix: /evil", "Script-Name: e"),
        *(
            "X-Forwarded-Host: evil.example",
            "Forwarded: host=evil.example",
            "X-Original-URL: /up",
            "X-HTTP-Method: PUT",
        ),
        *("X-Forwarded-For: \xff, 1.2.3.4,,", "X-Request-ID: \xff", "Authorization: Basic \xff", "Accept: ;;q=x,/"),
        *(
            'If-None-Match: "',
            "If-Modified-Since: never",
            "Range: bytes=9-1,-",
            "Accept-Encoding: ;q=",
            "Referer: \xff",
        ),
    ):
        assert raw(visitor.server, "GET / HTTP/1.1", header).split()[1] == "200", header
        name, _, value = header.partition(": ")
        forged = Page(visitor.read("/", headers={name: value.encode("latin-1").decode("latin-1")}).text)
        assert forged.links == honest.links, header
    assert "Traceback" not in visitor.server.log


@pytest.mark.parametrize("server_header", ["Host: evil.example", "Host: ", "Host: [", "Host: a b"])
def test_who_asks_for_another_host_is_refused(standing: Process, server_header: str) -> None:
    where = urlsplit(standing.url)
    with socket.create_connection((where.hostname, where.port), timeout=20) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\n{server_header}\r\nConnection: close\r\n\r\n".encode())
        assert connection.makefile("rb").readline().split()[1] == b"400"
