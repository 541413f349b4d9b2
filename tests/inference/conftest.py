"""Clients of a model's service that do not wait for long, and the same service with TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.inference.attachments import find_attachments
from parley.inference.client import InferenceClient
from tests.upstream import Upstream


@pytest.fixture
def client(upstream: Upstream) -> Iterator[InferenceClient]:
    with impatient_client(upstream) as client:
        yield client


def impatient_client(upstream: Upstream) -> InferenceClient:
    [attachment] = find_attachments(upstream.env)
    return InferenceClient(attachment, connect_timeout=1, read_timeout=0.5, backoff=0.01)


@pytest.fixture
def secure_upstream(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Upstream]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
    with Upstream(certificate=certificate) as upstream:
        yield upstream


@pytest.fixture(params=["plain", "secure"])
def either_upstream(request: pytest.FixtureRequest) -> Upstream:
    """The same service, with and without TLS."""
    upstream: Upstream = request.getfixturevalue("upstream" if request.param == "plain" else "secure_upstream")
    return upstream


@pytest.fixture
def either_client(either_upstream: Upstream) -> Iterator[InferenceClient]:
    with impatient_client(either_upstream) as client:
        yield client
