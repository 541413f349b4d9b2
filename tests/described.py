"""What docs/openapi.yaml describes, and requests of that kind: with what there is, what could be, and what can't."""

import re
from io import BytesIO
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.attacks import ATTACKS
from tests.processes import ROOT

Json = dict[str, Any]

DESCRIPTION: Json = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())
OPERATIONS: list[tuple[str, str, Json]] = [
    (method, address, operation)
    for address, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
]

ACCEPTED = ("text/event-stream", "text/html", "application/json", "text/plain", "*/*", "", ";;q=x", "a/b;q=nan")
NUMBERS = ("-1", "1e9", "NaN", "9" * 30, "\N{SUPERSCRIPT TWO}")
ODD = st.sampled_from([*ATTACKS, *NUMBERS, "", " ", "\0", "\ud800", "é" * 300, "../" * 9, "%00", "null"])
WORDS = ODD | st.text(max_size=40)


def resolved(described: Json) -> Json:
    """What is described, be it there or elsewhere in the description."""
    if "$ref" not in described:
        return described
    found: Any = DESCRIPTION
    for step in described["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return resolved(found)


def parameters(operation: Json, where: str) -> list[Json]:
    """Those in the path of an address, or in its query."""
    found = (resolved(one) for one in operation.get("parameters", []))
    return [one for one in found if one["in"] == where]


def requests_to(method: str, operation: Json, known: Json) -> st.SearchStrategy[Json]:
    """Any request to an address. `known` says what there is, for each name of a parameter or field."""
    path, query = (_values(parameters(operation, where), known) for where in ("path", "query"))
    fields = [{"name": name, "schema": schema} for name, schema in _fields(operation).items()]
    methods = [method] * 6 + ([] if method == "post" else ["head", "options", "put"])
    in_parts = [True, False] if "multipart/form-data" in _kinds(operation) else [False]
    return st.fixed_dictionaries(
        {
            "path": st.fixed_dictionaries(path),
            "query": st.fixed_dictionaries({}, optional=query),
            "form": st.fixed_dictionaries({}, optional=_values(fields, known)),
            "has_token": st.integers(0, 9).map(bool),
            "in_parts": st.sampled_from(in_parts),
            "method": st.sampled_from(methods),
            "accept": st.sampled_from(ACCEPTED),
        }
    )


def address_of(pattern: str, request: Json) -> str:
    """The address with its parameters in it, however odd they are."""
    path = re.sub(r"{(\w+)}", lambda found: _quoted(request["path"][found[1]]) or "%20", pattern)
    return f"{path}?{'&'.join(f'{name}={_quoted(text)}' for name, text in request['query'].items())}"


def body_of(request: Json, token: str) -> Any:
    """The form, as a test's client takes it."""
    form = {name: text.encode("utf-8", "replace").decode() for name, text in request["form"].items()}
    form |= {"csrf_token": token} if request["has_token"] else {}
    if not request["in_parts"]:
        return form
    return form | {"file": (BytesIO(form.pop("file", "").encode()), form.get("message") or "x")}


def _values(described: list[Json], known: Json) -> dict[str, st.SearchStrategy[str]]:
    return {one["name"]: _value(known.get(one["name"], []), resolved(one["schema"])) for one in described}


def _value(known: list[str], schema: Json) -> st.SearchStrategy[str]:
    there = st.sampled_from(known + schema.get("enum", [])) if known or "enum" in schema else st.nothing()
    number = st.integers(-2, 2**70).map(str) if schema.get("type") == "integer" else st.nothing()
    new = st.uuids(version=4).map(str) if schema.get("format") == "uuid" else st.nothing()
    return there | there | number | new | WORDS


def _kinds(operation: Json) -> Json:
    kinds: Json = operation.get("requestBody", {}).get("content", {})
    return kinds


def _fields(operation: Json) -> Json:
    kinds = _kinds(operation)
    fields: Json = next(iter(kinds.values()))["schema"]["properties"] if kinds else {}
    return fields


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
