"""Made-up answers fit the schema that they are made from, are the same again, and end however a schema goes on."""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.described import playing, reading
from jumuishi.exchange.described.making import Making
from jumuishi.exchange.described.patterned import matching
from jumuishi.exchange.tests.desk import YAML

TREE = reading.load(YAML, as_json=False)
OPERATIONS = reading.check(TREE)

small = st.integers(0, 30)
leaves: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(lambda a, b: {"type": "string", "minLength": a, "maxLength": a + b}, small, small),
    st.sampled_from(["date", "date-time", "uuid", "email", "ipv4", "ipv6", "uri", "hostname"]).map(
        lambda form: {"type": "string", "format": form}
    ),
    st.builds(lambda a, b: {"type": "integer", "minimum": a, "maximum": a + b}, st.integers(-99, 99), small),
    st.builds(lambda a: {"type": "integer", "exclusiveMinimum": a}, st.integers(-99, 99)),
    st.builds(lambda a, b: {"type": "number", "minimum": a, "maximum": a + b}, st.integers(-99, 99), small),
    st.builds(lambda a: {"type": "number", "exclusiveMaximum": a}, st.integers(-99, 99)),
    st.builds(lambda a, b: {"type": "integer", "multipleOf": a, "minimum": b}, st.integers(1, 9), small),
    st.builds(lambda values: {"enum": values}, st.lists(st.text(max_size=5), min_size=1, max_size=4)),
    st.sampled_from(["^[0-9]{20}$", "^T-[A-Z]{3}[0-9]{2,4}$", "^(GET|POST)$", "^[^a]+$"]).map(
        lambda pattern: {"type": "string", "pattern": pattern}
    ),
    st.sampled_from([{"type": "boolean"}, {"type": ["string", "null"]}, {"$ref": "#/components/schemas/Jina"}]),
)


def _object(parts: dict[str, Any], data: set[str]) -> dict[str, Any]:
    return {"type": "object", "properties": parts, "required": sorted(data & set(parts))}


names = st.sampled_from("abcde")
schemas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(_object, st.dictionaries(names, inner, max_size=4), st.sets(names)),
        st.builds(
            lambda one, n: {"type": "array", "items": one, "minItems": n, "maxItems": n + 3}, inner, st.integers(0, 5)
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"oneOf": some[:1]}),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"anyOf": some}),
        st.builds(lambda a, b: {"allOf": [_object({"x": a}, {"x"}), _object({"y": b}, {"y"})]}, inner, inner),
    ),
    max_leaves=8,
)


@given(schemas, st.text(max_size=5))
def test_what_is_made_fits_and_is_the_same_again(schema: dict[str, Any], seed: str) -> None:
    tree = {"components": {"schemas": {"Jina": {"type": "string", "minLength": 2}}}}
    made = Making(tree, seed).value(schema)
    assert made == Making(tree, seed).value(schema)
    jsonschema_rs.Draft202012Validator({**schema, **tree}, validate_formats=True).validate(json.loads(json.dumps(made)))


def test_a_schema_that_goes_on_for_ever_ends() -> None:
    mother = {"type": "object", "required": ["mama"], "properties": {"mama": {"$ref": "#/components/schemas/Mtu"}}}
    wide = {"allOf": [{"$ref": "#/components/schemas/Pana"}] * 50}
    loop = {"$ref": "#/components/schemas/Duara"}
    tree = {"components": {"schemas": {"Mtu": mother, "Pana": wide, "Duara": loop}}}
    for name in tree["components"]["schemas"]:
        making = Making(tree, "x")
        json.dumps(making.value({"$ref": f"#/components/schemas/{name}"}))
        assert making.steps < 5000


def test_a_few_bytes_of_aliases_stay_a_few_steps() -> None:
    lines = [b"openapi: 3.0.0", b"info: {title: X}", b"a0: &a0 {type: string}"]
    for n in range(40):
        lines.append(b"a%d: &a%d {allOf: [*a%d, *a%d]}" % (n + 1, n + 1, n, n))
    lines.append(b"paths: {/a: {get: {responses: {'200': {content: {application/json: {schema: *a40}}}}}}}")
    tree = reading.load(b"\n".join(lines), as_json=False)
    [one] = reading.check(tree)
    assert len(playing.answered(tree, one)) < 1000


@pytest.mark.parametrize(
    ("pattern", "made"),
    [
        ("^[0-9]{20}$", "19000101000000000001"),
        (r"^\d{4}-\d{2}$", "0000-00"),
        ("^(TZ|KE)-[A-Z]+$", "TZ-A"),
        ("(", None),
        ("^(a{400}){9}$", None),
        (r"(?=x)y", None),
        (r"\bx", None),
    ],
)
def test_a_text_for_an_expression(pattern: str, made: str | None) -> None:
    assert matching(pattern) == made


@pytest.mark.parametrize(
    ("verb", "path", "query", "status"),
    [
        ("GET", "/wateja/7", {"lugha": "sw"}, 200),
        ("GET", "/wateja/7", {}, 400),
        ("POST", "/wateja", {}, 201),
        ("PUT", "/wateja", {}, 405),
        ("GET", "/wateja/7/zaidi", {}, 404),
        ("GET", "/wateja/%2e%2e", {"lugha": "sw"}, 400),
    ],
)
def test_what_is_described_is_answered_and_nothing_else(
    verb: str, path: str, query: dict[str, str], status: int
) -> None:
    assert playing.play(TREE, OPERATIONS, verb, path, query).status == status


def test_an_address_that_is_written_out_comes_before_one_with_a_part_to_fill() -> None:
    ok = {"responses": {"200": {"content": {"application/json": {"example": "id"}}}}}
    new = {"responses": {"200": {"content": {"application/json": {"example": "new"}}}}}
    tree = {"openapi": "3.1.0", "info": {"title": "X"}, "paths": {"/a/{id}": {"get": ok}, "/a/mpya": {"get": new}}}
    assert playing.play(tree, reading.check(tree), "GET", "/a/mpya", {}).body == b'"new"'
    assert playing.play(tree, reading.check(tree), "GET", "/a/8", {}).body == b'"id"'
