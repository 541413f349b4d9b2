"""How much may be sent at once: so much is read of a request, and no more."""

from io import BytesIO
from typing import IO

from flask import Flask, Request, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

BODY_LIMIT = 4 * 1024 * 1024  # bytes; 100,000 characters of four bytes, percent-encoded, are 1.2 MB
IMAGES_LIMIT = BODY_LIMIT + 40 * 1024 * 1024  # four files of ten megabytes; they are read into files, not into memory
FILE_LIMIT = BODY_LIMIT + 20 * 1024 * 1024  # a conversation in JSON, with its images; it is read into memory at once
PARTS_LIMIT = 32  # of a form with images; those of less than 500 KB are held in memory
FIELDS_LIMIT = 1000  # of a form without files: two million empty ones go into its bytes, and take seconds to read

Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class FewFields(FormDataParser):
    """Reads a form, unless it has more fields than any of ours could have."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Parsed:
        if mimetype == "application/x-www-form-urlencoded":
            body = stream.read()
            if body.count(b"&") >= FIELDS_LIMIT:
                raise RequestEntityTooLarge
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class LimitedRequest(Request):
    """A request whose form has so many fields at most."""

    form_data_parser_class = FewFields


def init_app(app: Flask) -> None:
    """Read no more of a request than an ordinary form has. Views that take files allow more."""
    app.request_class = LimitedRequest
    app.config.update(MAX_CONTENT_LENGTH=BODY_LIMIT, MAX_FORM_MEMORY_SIZE=BODY_LIMIT)


def allow_images() -> None:
    """Let the form of the present request have images."""
    _allow_files(IMAGES_LIMIT)


def allow_a_conversation() -> None:
    """Let the form of the present request have a file with a conversation in it."""
    _allow_files(FILE_LIMIT)


def _allow_files(limit: int) -> None:
    """Other kinds of forms would be read into memory as a whole."""
    if request.mimetype == "multipart/form-data":
        request.max_content_length = limit
        request.max_form_parts = PARTS_LIMIT
