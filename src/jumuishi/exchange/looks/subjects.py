"""Where in a call the key of the person stands whom it is about, as the service's owner wrote it down. Pure.

One rule a line: `POST /v1/identity body:/nin nin` is a verb, a path as the description has it, a place, a kind of
number. Places: `path:NAME` (a variable of the path), `query:NAME`, `body:POINTER` and `answer:POINTER` into JSON (RFC
6901, with `*` for each of a list).
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from jumuishi.exchange.patterns import BadPattern, Endpoint, pattern_of_template, read_endpoint

PLACES = ("path", "query", "body", "answer")
# Rules of a service; people that one answer is written down for; JSON that is read for them, in bytes.
MOST_RULES, MOST_PEOPLE, MOST_BYTES = 50, 200, 262_144
MOST_NAMES = 40
_KIND = re.compile(r"[a-z][a-z0-9-]{0,19}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


class BadSubject(ValueError):
    """A line that is no rule; the message is the line."""


@dataclass(frozen=True, slots=True)
class SubjectRule:
    """For calls of this verb and path: where the key stands, and what kind of number it is."""

    endpoint: Endpoint
    template: str
    place: str
    at: str
    kind: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as a call names them: a kind of number, and the number in its plain form."""

    kind: str
    number: str


def read_line(line: str) -> SubjectRule:
    """Raises BadSubject."""
    try:
        verb, template, where, kind = line.split()
        place, at = where.split(":", 1)
        endpoint = read_endpoint(verb, pattern_of_template(template).text)
    except (ValueError, BadPattern):
        raise BadSubject(line) from None
    is_there = at.startswith("/") if place in ("body", "answer") else bool(at)
    if place == "path":
        is_there = f"{{{at}}}" in template.split("/")
    if place not in PLACES or not is_there or not _KIND.fullmatch(kind):
        raise BadSubject(line)
    return SubjectRule(endpoint, template, place, at, kind)


def read_lines(text: str) -> list[str]:
    """The rules of a text, each in one form; raises BadSubject for a line that is none, or for too many."""
    found = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    for line in found:
        read_line(line)
    if len(found) > MOST_RULES:
        raise BadSubject(found[MOST_RULES])
    return found


def plain(kind: str, typed: str) -> Subject:
    """A number without what people put between its signs, so that one number is one."""
    return Subject(kind, re.sub(r"[\s./-]", "", typed).upper()[:100])


def of_request(
    rules: Iterable[SubjectRule], verb: str, segments: tuple[str, ...], query: str, body: bytes | None
) -> tuple[Sequence[SubjectRule], list[Subject]]:
    """The rules that speak of such a call, and whom it names. `body` is None where it is too large to be read."""
    mine = [one for one in rules if one.endpoint.takes(verb) and one.endpoint.pattern.covers(segments)]
    found: list[Subject] = []
    for one in mine:
        if one.place == "path":
            at = one.template.strip("/").split("/").index(f"{{{one.at}}}")
            found += _subjects(one.kind, [segments[at]])
        elif one.place == "query":
            found += _subjects(one.kind, _asked(query).get(one.at, []))
        elif one.place == "body":
            found += _subjects(one.kind, at_pointer(_json(body), one.at))
    return mine, list(dict.fromkeys(found))[:MOST_PEOPLE]


def of_answer(rules: Iterable[SubjectRule], body: bytes | None) -> list[Subject]:
    """Whom an answer names."""
    mine = [one for one in rules if one.place == "answer"]
    tree = _json(body) if mine else None
    found = [each for one in mine for each in _subjects(one.kind, at_pointer(tree, one.at))]
    return list(dict.fromkeys(found))[:MOST_PEOPLE]


def names_in(body: bytes | None) -> list[str]:
    """The names of the members that an answer has, without what they hold; sorted."""
    found: set[str] = set()
    _gather(_json(body), found, 0)
    return sorted(found)[:MOST_NAMES]


def _gather(tree: Any, found: set[str], depth: int) -> None:
    if depth > 4 or len(found) > MOST_NAMES:
        return
    if isinstance(tree, list):
        for one in tree[:5]:
            _gather(one, found, depth + 1)
    elif isinstance(tree, dict):
        for name, value in tree.items():
            if isinstance(value, dict | list):
                _gather(value, found, depth + 1)
            elif _NAME.fullmatch(name):
                found.add(name)


def at_pointer(tree: Any, pointer: str) -> list[Any]:
    """What stands there; of a list each where the pointer says `*`."""
    found = [tree]
    for raw in pointer.split("/")[1:]:
        part = raw.replace("~1", "/").replace("~0", "~")
        found = [inner for one in found for inner in _inside(one, part)][:MOST_PEOPLE]
    return found


def _inside(tree: Any, part: str) -> list[Any]:
    if isinstance(tree, dict):
        return [tree[part]] if part in tree else []
    if isinstance(tree, list):
        return tree if part == "*" else tree[int(part) :][:1] if part.isdecimal() and len(part) < 9 else []
    return []


def _json(body: bytes | None) -> Any:
    if not body or len(body) > MOST_BYTES:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _asked(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query, max_num_fields=100)
    except ValueError:
        return {}


def _subjects(kind: str, values: Iterable[Any]) -> list[Subject]:
    typed = (str(one) for one in values if isinstance(one, str) or type(one) is int)
    return [one for one in (plain(kind, value) for value in typed) if one.number]
