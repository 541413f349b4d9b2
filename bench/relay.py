"""The plainest app in the place of ours: it passes on what the model says, byte for byte, and does nothing else.

    gunicorn --config python:bench.relay

What it takes is the machine's and the server's share of what ours takes. It is a view of Flask under the same gunicorn.
"""

import os

import requests
from flask import Flask, Response, request

wsgi_app = "bench.relay:app"
worker_class = "gevent"
worker_connections = 2000

app = Flask(__name__)


@app.post("/v1/chat/completions")
def relay() -> Response:
    """Ask the model, and pass on each piece as it comes."""
    model = os.environ["INFERENCE_URL"]
    answer = requests.post(
        f"{model}/v1/chat/completions", data=request.get_data(), headers={"Content-Type": "application/json"},
        stream=True, timeout=60,
    )  # fmt: skip
    return Response(answer.iter_content(None), mimetype="text/event-stream")
