"""A provider's description as consumers get it: the addresses of its servers taken out, the rest left."""

import json
import re
from typing import Any

import yaml

MOST = 5 * 1024 * 1024
_ORIGIN = re.compile(r"[^/?#]*//[^/?#]*")


class NotOpenApi(ValueError):
    """The description can't be read, so that nothing of it is shown."""


def is_json(content_type: str, address: str) -> bool:
    """Whether a description is JSON: by its type, else by its address."""
    if "json" in content_type.lower():
        return True
    return "yaml" not in content_type.lower() and address.partition("?")[0].endswith(".json")


def anonymised(text: bytes, *, as_json: bool) -> bytes:
    """The description with each server's address cut to its path; raises NotOpenApi."""
    if len(text) > MOST:
        raise NotOpenApi("too large")
    try:
        return _json(text) if as_json else _yaml(text)
    except (ValueError, TypeError, yaml.YAMLError, RecursionError) as error:
        raise NotOpenApi(str(error)) from error


def path_of(url: str) -> str:
    """What may be told of a server's address; {variables} in the path stay."""
    return re.split(r"[?#]", _ORIGIN.sub("", url, count=1), maxsplit=1)[0] or "/"


def _json(text: bytes) -> bytes:
    tree = json.loads(text)
    if not isinstance(tree, dict) or not str(tree.get("openapi", "")).startswith("3."):
        raise NotOpenApi("not OpenAPI 3")
    _cut(tree)
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()


def _cut(tree: Any) -> None:
    if isinstance(tree, list):
        for one in tree:
            _cut(one)
    if not isinstance(tree, dict):
        return
    for key, value in tree.items():
        servers = value if key == "servers" and isinstance(value, list) else [value] if key == "server" else []
        for one in servers:
            if isinstance(one, dict) and isinstance(one.get("url"), str):
                url = path_of(one["url"])
                one.clear()
                one["url"] = url
        _cut(value)


def _yaml(text: bytes) -> bytes:
    """Done on the tree of nodes, so that no text is read as a number or a date and written otherwise."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    root = yaml.compose(text, Loader=loader)
    version = [v for k, v in root.value if k.value == "openapi"] if isinstance(root, yaml.MappingNode) else []
    if not version or not str(version[0].value).startswith("3."):
        raise NotOpenApi("not OpenAPI 3")
    _cut_nodes(root, set())
    written: bytes = yaml.serialize(root, allow_unicode=True, encoding="utf-8")
    return written


def _cut_nodes(node: Any, seen: set[int]) -> None:
    # An alias is the same node again: without this, few bytes would make a walk without end.
    if id(node) in seen or isinstance(node, yaml.ScalarNode):
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            _cut_nodes(one, seen)
        return
    for key, value in node.value:
        if key.value == "servers" and isinstance(value, yaml.SequenceNode):
            for one in value.value:
                _cut_server(one)
        elif key.value == "server":
            _cut_server(value)
        _cut_nodes(value, seen)


def _cut_server(node: Any) -> None:
    if isinstance(node, yaml.MappingNode):
        urls = [(key, value) for key, value in node.value if key.value == "url" and isinstance(value, yaml.ScalarNode)]
        for _, value in urls:
            value.value = path_of(value.value)
        if urls:
            node.value = urls[:1]
