"""`flask doctor --url` on what lies between the app and a browser. tests/test_deploying.py has where all is well."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from parley.doctor import way
from tests.upstream import event


def test_what_comes_all_at_once_is_noticed() -> None:
    with answering(200, b"".join(event({"piece": number}) for number in range(way.PIECES))) as url:
        assert list(way.look(url)) == [way.HELD_BACK]


def test_an_address_of_something_else_is_noticed() -> None:
    with answering(404, b"Not here.") as url:
        assert "answers with status 404" in next(way.look(url)).line
    assert "Nothing answers" in next(way.look(url)).line
    assert "begins with https://" in next(way.look("my-app.herokuapp.com")).line


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """Something in the place of the app, which sends all that it sends at once."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
