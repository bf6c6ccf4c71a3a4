"""A description read: is it sound, what does each address answer. Only what was asked for is walked, never the whole.

A description comes from outside: an alias may make a few bytes endless, so nothing here follows more than a bounded
number of steps, and what a step does not find reads as nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from jumuishi.exchange.patterns import BadPattern, pattern_of_template
from jumuishi.exchange.xroad.openapi import MOST

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
MOST_OPERATIONS = 500
_DEEP = 20
Tree = Mapping[str, Any]


class FaultyDescription(ValueError):
    """The description can't be taken: `where` in it, and the text `key` that says what is wrong."""

    def __init__(self, key: str, where: str = "") -> None:
        super().__init__(f"{key} {where}")
        self.key, self.where = key, where[:200]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an address takes: by which name, where ("path", "query", "header"), and an example as text."""

    name: str
    place: str
    required: bool
    says: str
    schema: Any
    example: Any


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb at one address."""

    verb: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    # What is sent and what comes back when all is well, each as a media type of OpenAPI; None where there is none.
    sends: Tree | None
    status: int
    answers: Tree | None


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # a class either way
    """YAML as JSON's types only: a date stays the text that it is."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":timestamp", ":merge"))]
    for first, found in _Loader.yaml_implicit_resolvers.items()
}


def load(text: bytes, *, as_json: bool) -> Tree:
    """The tree of a description; raises FaultyDescription with the line where it can't be read."""
    if len(text) > MOST:
        raise FaultyDescription("exchange.openapi_large")
    try:
        found = json.loads(text) if as_json else yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader
    except json.JSONDecodeError as error:
        raise FaultyDescription("exchange.openapi_line", str(error.lineno)) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FaultyDescription("exchange.openapi_line", str(mark.line + 1 if mark else 1)) from error
    except (ValueError, TypeError, RecursionError, yaml.YAMLError) as error:
        raise FaultyDescription("exchange.openapi_unreadable") from error
    if not isinstance(found, Mapping) or not str(found.get("openapi", "")).startswith("3."):
        raise FaultyDescription("exchange.openapi_version")
    return found


def is_json(text: bytes) -> bool:
    """Whether a description is written in JSON: by its first sign, whatever its name says."""
    return text.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def check(tree: Tree) -> tuple[Operation, ...]:
    """Every operation of a description that can be taken; raises FaultyDescription, naming the place."""
    if not _text(_of(tree.get("info")).get("title")):
        raise FaultyDescription("exchange.openapi_title", "info.title")
    paths = tree.get("paths")
    if not isinstance(paths, Mapping) or not paths:
        raise FaultyDescription("exchange.openapi_paths", "paths")
    found = []
    for path, item in paths.items():
        where = f"paths {path}"
        try:
            pattern_of_template(str(path))
        except BadPattern as error:
            raise FaultyDescription("exchange.openapi_path", where) from error
        if not isinstance(item, Mapping):
            raise FaultyDescription("exchange.openapi_operation", where)
        for verb in METHODS:
            if verb in item:
                _check_operation(tree, item[verb], f"{where} {verb}")
                found.append(_operation(tree, str(path), verb, item))
        if len(found) > MOST_OPERATIONS:
            raise FaultyDescription("exchange.openapi_many", where)
    if not found:
        raise FaultyDescription("exchange.openapi_paths", "paths")
    return tuple(found)


def operations(tree: Tree) -> Iterator[Operation]:
    """The operations of a description that was checked when it came."""
    for path, item in _of(tree.get("paths")).items():
        for verb in METHODS:
            if verb in _of(item):
                yield _operation(tree, str(path), verb, _of(item))


def _check_operation(tree: Tree, said: Any, where: str) -> None:
    if not isinstance(said, Mapping):
        raise FaultyDescription("exchange.openapi_operation", where)
    if not isinstance(said.get("responses"), Mapping) or not said["responses"]:
        raise FaultyDescription("exchange.openapi_responses", f"{where} responses")
    for kind, parts in (("responses", said["responses"].values()), ("parameters", _list(said.get("parameters")))):
        for part in parts:
            if isinstance(part, Mapping) and "$ref" in part and not resolve(tree, part):
                raise FaultyDescription("exchange.openapi_ref", f"{where} {kind} {_text(part['$ref'])}")


def _operation(tree: Tree, path: str, verb: str, item: Tree) -> Operation:
    said = _of(item.get(verb))
    named = {}
    for one in (*_list(item.get("parameters")), *_list(said.get("parameters"))):
        found = _parameter(tree, resolve(tree, one))
        if found is not None:
            named[found.name, found.place] = found
    status, answer = _well(tree, _of(said.get("responses")))
    return Operation(
        verb=verb.upper(), path=path, summary=_text(said.get("summary") or said.get("description"))[:300],
        parameters=tuple(named.values())[:50], sends=_media(resolve(tree, said.get("requestBody"))),
        status=status, answers=_media(answer),
    )  # fmt: skip


def _parameter(tree: Tree, said: Tree) -> Parameter | None:
    name, place = _text(said.get("name")), _text(said.get("in"))
    if not name or place not in ("path", "query", "header"):
        return None
    schema = said.get("schema")
    shown = said.get("example", resolve(tree, schema).get("example"))
    return Parameter(name, place, said.get("required") is True, _text(said.get("description"))[:300], schema, shown)


def _well(tree: Tree, responses: Tree) -> tuple[int, Tree]:
    """The answer when all is well: the lowest 2xx, else the default one."""
    by_code = {str(code): one for code, one in responses.items()}
    for code in sorted(by_code):
        if code[:1] == "2":
            return int(code) if code.isdigit() and len(code) == 3 else 200, resolve(tree, by_code[code])
    return 200, resolve(tree, by_code.get("default"))


def _media(said: Tree) -> Tree | None:
    """The JSON form of a body, where it has one."""
    for name, media in _of(said.get("content")).items():
        if "json" in str(name) or str(name) == "*/*":
            return _of(media)
    return None


def resolve(tree: Tree, said: Any) -> Tree:
    """What a `$ref` within the description leads to; {} for one that leads nowhere."""
    for _ in range(_DEEP):
        if not isinstance(said, Mapping):
            return {}
        if "$ref" not in said:
            return said
        link, said = _text(said["$ref"]), tree
        if not link.startswith("#/"):
            return {}
        for part in link[2:].split("/"):
            said = _of(said).get(part.replace("~1", "/").replace("~0", "~"))
    return {}


def _of(said: Any) -> Tree:
    return said if isinstance(said, Mapping) else {}


def _list(said: Any) -> list[Any]:
    return said[:200] if isinstance(said, list) else []


def _text(said: Any) -> str:
    return " ".join(said.split()) if isinstance(said, str) else ""
