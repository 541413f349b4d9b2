"""docs/openapi.yaml describes every address and no other; whatever is sent to any of them, nothing breaks.

`make fuzz` sends far more, and something else each time.
"""

import os
import re
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from jsonschema import Draft202012Validator

from app import create_app
from parley.config import Config
from tests.belongings import Belongings
from tests.described import DESCRIPTION, OPERATIONS, Json, address_of, body_of, parameters, requests_to, resolved
from tests.people import Person
from tests.upstream import Upstream

pytestmark = pytest.mark.on_sqlite

MANY = int(os.environ.get("FUZZ_EXAMPLES", "0"))
FEW = 8  # of each address: what the suite has time for
ALL = list(HealthCheck)
ALWAYS = {"308", "400", "404", "405", "413"}  # where the address, or the request, is none
OPTIONS = {"200"}


def test_it_describes_every_address_and_no_other() -> None:
    served = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), rule.endpoint)
        for rule in create_app(Config(secret_key="x")).url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(method, address, operation["operationId"]) for method, address, operation in OPERATIONS} == served


def test_it_is_a_description_as_the_standard_has_it() -> None:
    assert DESCRIPTION["openapi"] == "3.1.0"
    for schema in DESCRIPTION["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for _, address, operation in OPERATIONS:
        assert {"operationId", "summary", "responses"} <= operation.keys(), address
        assert re.findall(r"{(\w+)}", address) == [one["name"] for one in parameters(operation, "path")], address
        assert all(resolved(response)["description"] for response in operation["responses"].values())


@pytest.mark.timeout(3600 if MANY else 120)
def test_whatever_is_sent_to_any_address_nothing_breaks(
    app: Flask, alice: Person, belongings: Belongings, upstream: Upstream
) -> None:
    upstream.says("Fine.")
    known = what_there_is(belongings)
    token = alice.open().form("/turns").fields["csrf_token"]

    def send(method: str, address: str, request: Json) -> None:
        sent = body_of(request, token) if method == "post" else None
        where, headers = address_of(address, request), {"Accept": request["accept"]}
        with alice.client.open(where, method=request["method"].upper(), data=sent, headers=headers) as response:
            text = response.get_data()
        described = OPTIONS if request["method"] == "options" else DESCRIPTION["paths"][address][method]["responses"]
        expected = ALWAYS | set(described)
        assert str(response.status_code) in expected, (where, request, text)
        assert (response.location or "/").startswith(("/", "http://localhost/")), (where, request)

    for method, address, operation in OPERATIONS:
        often(partial(send, method, address), requests_to(method, operation, known))
    assert alice.open("/")


def often(send: Callable[[Json], None], requests: SearchStrategy[Json]) -> None:
    """Send some requests, or many, and find the smallest that goes wrong."""

    @settings(max_examples=MANY or FEW, derandomize=not MANY, deadline=None, database=None, suppress_health_check=ALL)
    @given(requests)
    def each(request: Json) -> None:
        send(request)

    each()


def what_there_is(its: Belongings) -> dict[str, list[str]]:
    """For each name of a parameter or field: what of it Alice has."""
    messages = [its.question, its.answer]
    return {
        "conversation": [its.conversation],
        "answer": [its.answer],
        "image": [its.image],
        "token": [its.token],
        "number": ["0", "1", "2"],
        **{name: [*messages, ""] for name in ("at", "edit", "again", "after", "parent")},
        "next": ["/conversations", "//evil.example", "/\\evil.example"],
        "filename": ["js/main.js", "js", ""],
        "model": ["nova-pro", ""],
        "message": ["Hi"],
        "before": ["1-1", "9999999999999999-x"],
    }
