"""Pages on their way to a browser, compressed. Streams are not: their words must not wait for company."""

from flask import Flask, Response, request
from flask_compress import Compress

MIMETYPES = ["text/html", "text/plain", "text/markdown", "application/json"]


def init_app(app: Flask) -> None:
    """Compress what is worth it, as the browser asks for it."""
    app.config.update(
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_MIMETYPES=MIMETYPES,
        COMPRESS_STREAMS=False,
        COMPRESS_REGISTER=False,
    )
    compress = Compress(app)

    @app.after_request
    def compressed(response: Response) -> Response:
        """A page that repeats words of its address stays as it is.

        Who can choose those words, and see how long the compressed page is, could guess what else is in it, such as its
        CSRF token (BREACH, https://breachattack.com).
        """
        is_left_alone = request.query_string or response.mimetype not in MIMETYPES
        return response if is_left_alone else compress.after_request(response)
