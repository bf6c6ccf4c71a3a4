"""A service played from its description: what it would answer, made up, and what it would refuse."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jumuishi.exchange.described.making import Making
from jumuishi.exchange.described.reading import Operation, Tree
from jumuishi.exchange.paths import UnsafePath, read_path
from jumuishi.exchange.patterns import BadPattern, pattern_of_template


@dataclass(frozen=True, slots=True)
class Played:
    """An answer; the body is JSON, or empty."""

    status: int
    body: bytes


def play(tree: Tree, found: Sequence[Operation], verb: str, path: str, query: Mapping[str, str]) -> Played:
    """What the service would answer at a path (encoded, without its query). The same is answered the same."""
    try:
        segments = read_path(path).segments
    except UnsafePath as error:
        return _refused(400, f"path: {error}")
    at_path = [one for one in found if _covers(one, segments)]
    if not at_path:
        return _refused(404, "the description has no such path")
    # "/people/new" is meant before "/people/{id}".
    at_path.sort(key=lambda one: one.path.count("{"))
    operation = next((one for one in at_path if one.verb == verb), None)
    if operation is None:
        return _refused(405, f"the description has {', '.join(one.verb for one in at_path)} here")
    missing = [
        one.name for one in operation.parameters if one.place == "query" and one.required and one.name not in query
    ]
    if missing:
        return _refused(400, f"required: {', '.join(missing)}")
    if operation.answers is None or verb == "HEAD":
        return Played(operation.status, b"")
    return Played(operation.status, as_json(Making(tree, f"{verb} {path}").of_media(operation.answers)))


def sent(tree: Tree, operation: Operation) -> str:
    """An example of what an operation takes; "" where it takes nothing."""
    if operation.sends is None:
        return ""
    return as_json(Making(tree, operation.path).of_media(operation.sends)).decode()


def answered(tree: Tree, operation: Operation) -> str:
    """An example of what an operation answers; "" where it answers nothing."""
    if operation.answers is None:
        return ""
    return as_json(Making(tree, operation.path).of_media(operation.answers)).decode()


def as_json(value: object) -> bytes:
    """As it is shown and sent."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str).encode()


def _covers(operation: Operation, segments: tuple[str, ...]) -> bool:
    try:
        return pattern_of_template(operation.path).covers(segments)
    except BadPattern:
        return False


def _refused(status: int, detail: str) -> Played:
    return Played(status, as_json({"status": status, "detail": detail}))
