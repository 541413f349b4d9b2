"""Style sheets, scripts, icons and pages on their way to a browser: joined, compressed, kept there for a year."""

from flask import Flask

from parley.assets import compressing, serving
from parley.config import Config


def init_app(app: Flask, config: Config) -> None:
    """Serve static files, compress pages, and tell the templates the addresses of the former as `assets`."""
    serving.init_app(app, config)
    compressing.init_app(app)
