"""The JSON Schema and the reader agree: what one takes the other takes, what one refuses the other refuses.

What the schema cannot know is listed in BEYOND; all else is compared on every key and value of a definition that says
everything that the format can say.
"""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from jumuishi.definitions.author.schema import definition_schema, story_schema
from jumuishi.definitions.author.schema_cli import service_schema
from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.findings import Findings
from jumuishi.definitions.read import yamlfile
from jumuishi.definitions.read.package import read_files
from jumuishi.definitions.tests.test_check import BROKEN, SERVICES, SOUND, TEMPLATE
from jumuishi.definitions.tests.test_rules_of_the_format import ROWS, STORY, WHERE

EVERYTHING = (Path(__file__).parent / "everything.yaml").read_text()
SCHEMA = jsonschema_rs.Draft202012Validator(definition_schema("en"), validate_formats=True)
STORIES = jsonschema_rs.Draft202012Validator(story_schema("en"), validate_formats=True)
TEMPLATES = {"paper.html": b"<p>{{number}}</p>", "other.html": b"<p>{{number}}</p>"}
SCHEMA_SAYS = frozenset({"J002", "J003", "J701", "J702"})

# Rows of the format's own test whose fault no schema can know, by the rule they show.
BEYOND = {
    "a default that is no answer",
    "a misspelled language",
    "a language that is not declared",
    "a committee gives a review",
}


def data_of(text: str, name: str = "service.yaml") -> Any:
    """The file as an editor sees it: YAML 1.2's core schema as JSON."""
    tree = yamlfile.load(yamlfile.decode(text.encode(), name), name, Findings())
    assert tree is not None
    return _plain(tree)


def _plain(node: yamlfile.Node) -> Any:
    if isinstance(node, yamlfile.Mapping):
        return {one.key.text: _plain(one.value) for one in node}
    if isinstance(node, yamlfile.Sequence):
        return [_plain(one) for one in node.items]
    if node.is_null:
        return None
    if node.boolean is not None:
        return node.boolean
    if node.integer is not None:
        return node.integer
    return float(node.text) if node.is_number else node.text


def read_codes(text: str) -> set[str]:
    return {one.code for one in read_files({"service.yaml": text.encode()}).reading.findings.found}


def faults_of(data: Any) -> set[tuple[str, str]]:
    return {(one.code, one.message) for one in check_files({"service.yaml": json.dumps(data).encode(), **TEMPLATES})}


@pytest.mark.parametrize("service", sorted(folder.name for folder in SERVICES.iterdir()))
def test_every_shipped_service_and_story_is_valid(service: str) -> None:
    SCHEMA.validate(data_of((SERVICES / service / "service.yaml").read_text()))
    for path in (SERVICES / service / "tests").glob("*.yaml"):
        STORIES.validate(data_of(path.read_text()))


def _applied(changes: list[tuple[str, str]]) -> dict[str, str]:
    files = {"service.yaml": SOUND, "licence.html": TEMPLATE, "tests/food.yaml": STORY}
    for old, new in changes:
        part, _, rest = old.partition(":")
        name, old = (WHERE[part], rest) if part in WHERE else ("service.yaml", old)
        files[name] = files[name].replace(old, new.replace("¦", ""), 1)
    return files


ROWS_OF_KEYS = [row for row in ROWS if not {"J001"} & set(row[2])]


@pytest.mark.parametrize(
    ("rule", "changes", "codes"), ROWS_OF_KEYS, ids=[f"{n}-{row[0]}" for n, row in enumerate(ROWS_OF_KEYS)]
)
def test_each_rule_of_the_format_is_the_schemas_too(
    rule: str, changes: list[tuple[str, str]], codes: list[str]
) -> None:
    files = _applied(changes)
    is_valid = SCHEMA.is_valid(data_of(files["service.yaml"]))
    if rule in BEYOND:
        assert is_valid
    elif not codes:
        assert is_valid, rule
    elif files["service.yaml"] != SOUND and set(codes) & {"J002", "J003"}:
        assert not is_valid, rule


def test_each_fault_of_key_or_kind_in_the_checks_test_is_refused() -> None:
    for code, old, new, _ in BROKEN:
        if code in ("J002", "J003", "J702"):
            assert not SCHEMA.is_valid(data_of(SOUND.replace(old, new, 1))), new


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(inner, (*path, key))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _with(value: Any, path: tuple[Any, ...], put: Any) -> Any:
    if not path:
        return put
    changed = copy.copy(value)
    changed[path[0]] = _with(value[path[0]], path[1:], put)
    return changed


def _changed(everything: Any) -> Iterator[tuple[str, Any]]:
    """Each mapping with a strange key, without each of its keys; each value replaced by values of other kinds."""
    for path in _places(everything):
        here = _at(everything, path)
        if isinstance(here, dict):
            yield f"{path} + zzz", _with(everything, path, {**here, "zzz_": 1})
            for key in here:
                yield (
                    f"{path} - {key}",
                    _with(everything, path, {name: one for name, one in here.items() if name != key}),
                )
        if isinstance(here, list):
            for put in ([], [*here, *here[:1]]):
                yield f"{path} = {put}", _with(everything, path, put)
        for put in (None, 0, 7, 1.5, True, "Z z", "", [], {}, [1], {"a_": "b"}):
            yield f"{path} = {put!r}", _with(everything, path, put)


def _schema_cannot_know(where: str, codes: set[str]) -> bool:
    """Languages, defaults against their type, numbers against each other."""
    return codes <= {"J701"} or "'default'" in where or "languages" in where or where.endswith("'min') = 7")


@pytest.mark.slow
def test_on_every_change_of_a_definition_that_says_everything_reader_and_schema_agree() -> None:
    everything = data_of(EVERYTHING)
    assert not read_codes(json.dumps(everything))
    assert SCHEMA.is_valid(everything)
    told_anyway = faults_of(everything)  # it makes no sense as a procedure
    wrong, compared = [], 0
    for where, changed in _changed(everything):
        codes = read_codes(json.dumps(changed)) & SCHEMA_SAYS
        is_valid = SCHEMA.is_valid(changed)
        compared += 1
        if is_valid and codes and not _schema_cannot_know(where, codes):
            wrong.append(f"only the reader refuses {where}: {codes}")
        if not is_valid and not codes and faults_of(changed) <= told_anyway:
            wrong.append(f"only the schema refuses {where}")
    assert not wrong, "\n".join(wrong)
    assert compared > 5000


def _properties(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        for key, value in schema.get("properties", {}).items():
            yield key, value
        for value in schema.values():
            yield from _properties(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _properties(value)


def _keys(value: Any) -> set[str]:
    return {str(path[-1]) for path in _places(value) if path and isinstance(path[-1], str)}


def test_every_key_of_the_schema_stands_in_the_definition_that_says_everything() -> None:
    allowed = {key for key, value in _properties(definition_schema("en")) if value is not False}
    assert allowed - _keys(data_of(EVERYTHING)) == set()


@pytest.mark.parametrize("lang", ["sw", "en"])
def test_every_key_is_described_in_either_language(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert service_schema(["--lang", lang]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == definition_schema(lang)
    for name in ("field", "page", "fee", "document", "review", "action"):
        for key, value in printed["$defs"][name]["properties"].items():
            assert value["description"], f"{name}.{key}"
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(printed)
    assert service_schema(["--story", "--lang", lang]) == 0
    assert json.loads(capsys.readouterr().out) == story_schema(lang)


@pytest.mark.parametrize("rule", [row for row in ROWS if row[1][0][0].startswith("STORY:")], ids=lambda row: row[0])
def test_a_storys_keys(rule: tuple[str, list[tuple[str, str]], list[str]]) -> None:
    name, changes, codes = rule
    if codes == ["J001"] or name.startswith(("a field", "a member", "a setting", "a claim", "an officer", "an appeal")):
        return  # the names are the definition's own
    text = _applied(changes)["tests/food.yaml"]
    assert STORIES.is_valid(data_of(text)) is not bool(codes)
