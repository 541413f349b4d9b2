"""Does what the app sends arrive as it is sent, or is it held back on the way and comes all at once?

The app sends a few short pieces with pauses between them, in the form of an answer; whoever asks looks at the clock.
"""

import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from parley.doctor.finding import Finding, broken, warning, well

SUBJECT = "way"
ADDRESS = "/setup/pieces"
PIECES = 4
PAUSE = 0.2  # seconds between two of them
SHORTEST_SPREAD = PAUSE * (PIECES - 1) / 2  # seconds from the first to the last: less, and something kept them together
SILENCE_SECONDS = 10
PIECE_SIZE = 4096  # bytes, at most: more than all pieces together

AS_SENT = well(SUBJECT, "Answers arrive as they are sent.")
HELD_BACK = warning(
    SUBJECT,
    "Answers are held back on their way, and come all at once.",
    "Turn off the buffering or the compression of event streams in what stands in between.",
)
NOT_THERE = broken(SUBJECT, "What the app sends does not arrive.", "See in its log whether it was asked at all.")


def pieces() -> Iterator[bytes]:
    """What the app sends: events of which no page knows the name."""
    for number in range(PIECES):
        if number:
            time.sleep(PAUSE)
        yield b"event: piece\ndata: %d\n\n" % number


def look(url: str) -> Iterator[Finding]:
    """Ask the app at an address for its pieces, as a browser would."""
    try:
        status, moments = _arrivals(url)
    except (OSError, HTTPException, ValueError) as error:
        yield broken(SUBJECT, f"Nothing answers at {url} ({error}).", "See that the address is that of the app.")
        return
    if status != 200:
        remedy = "Give the address that stands in the browser, with https://."
        yield broken(SUBJECT, f"{url}{ADDRESS} answers with status {status}.", remedy)
    else:
        yield verdict(moments)


def verdict(moments: list[float]) -> Finding:
    """What it means when the pieces arrived at these moments."""
    spread = moments[-1] - moments[0] if moments else 0.0
    return AS_SENT if spread >= SHORTEST_SPREAD else HELD_BACK


def _arrivals(url: str) -> tuple[int, list[float]]:
    """The status, and when each piece came."""
    connection = _connection(url)
    try:
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "gzip, br", "User-Agent": "Parley doctor"}
        connection.request("GET", urlsplit(url).path.rstrip("/") + ADDRESS, headers=headers)
        response = connection.getresponse()
        return response.status, list(_moments(response))
    finally:
        connection.close()


def _connection(url: str) -> HTTPConnection:
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError("an address begins with https:// or http://")
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    return kind(address.hostname, address.port, timeout=SILENCE_SECONDS)


def _moments(response: HTTPResponse) -> Iterator[float]:
    while response.read1(PIECE_SIZE):
        yield time.monotonic()
