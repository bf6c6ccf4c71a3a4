"""A register as an installation declares it: a name that definitions use, and how it is asked over the exchange.

The file is TOML (docs/reference/registers.md). Pure.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import read_service

_PLACE = re.compile(r"\{([^{}]*)\}")
LANGUAGES = ("sw", "en")
METHODS = ("GET", "POST", "PUT")
PLACES = {"ask": ("key",), "answer": ("key", "question", "answer")}


class BadRegistersError(ValueError):
    """The file can't be gone by; the message says where and why."""


@dataclass(frozen=True)
class Step:
    """One request: verb, path and body, in which {key}, {question} and {answer} are filled in.

    A key in the path would stand in the exchange's record: personal numbers belong into the body.
    """

    method: str
    path: str
    body: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Register:
    """`service` is empty while it is declared only. `takes` and `question` are JSON pointers into its answers."""

    name: str
    label: Mapping[str, str]
    service: str = ""
    purpose: str = ""
    ask: Step | None = None
    answer: Step | None = None
    takes: Mapping[str, str] = field(default_factory=dict)
    question: Mapping[str, str] = field(default_factory=dict)
    question_status: int = 0
    absent: tuple[int, ...] = (404,)
    locked: tuple[int, ...] = (423, 429)
    fresh_days: int = 30

    @property
    def is_connected(self) -> bool:
        """Whether it can be asked here."""
        return bool(self.service and self.ask)


def read(*texts: str) -> dict[str, Register]:
    """Registers by name; of several texts a later one adds to what an earlier one says. Raises BadRegistersError."""
    said: dict[str, dict[str, Any]] = {}
    for text in texts:
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadRegistersError(str(error)) from error
        for name, table in tables.items():
            if not isinstance(table, dict):
                raise BadRegistersError(f"{name}: a table is expected")
            said[name] = {**said.get(name, {}), **table}
    return {name: _register(name, table) for name, table in said.items()}


_KEYS = {"label", "service", "purpose", "ask", "answer", "takes", "question", "absent", "locked", "fresh_days"}


def _register(name: str, table: dict[str, Any]) -> Register:
    if unknown := set(table) - _KEYS:
        raise BadRegistersError(f"{name}: unknown {', '.join(sorted(unknown))}")
    label = _texts(name, table, "label")
    if not all(label.get(one) for one in LANGUAGES):
        raise BadRegistersError(f"{name}: a label in {' and '.join(LANGUAGES)} is needed")
    service = table.get("service", "")
    if service:
        try:
            read_service(service)
        except (XRoadError, AttributeError):
            raise BadRegistersError(f"{name}: service is INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE") from None
    question = _texts(name, table, "question", numbers=("status",))
    if question and not {"number", "status"} <= set(question):
        raise BadRegistersError(f"{name}: a question has a status and a pointer to its number")
    if question and "answer" not in table:
        raise BadRegistersError(f"{name}: it asks a question, and nothing says how it is answered")
    days = table.get("fresh_days", 30)
    if not isinstance(days, int) or days < 0:
        raise BadRegistersError(f"{name}: fresh_days is a whole number")
    return Register(
        name=name, label=label, service=service, purpose=str(table.get("purpose", "")),
        ask=_step(name, table, "ask"), answer=_step(name, table, "answer"), takes=_texts(name, table, "takes"),
        question={one: said for one, said in question.items() if one != "status"},
        question_status=int(question.get("status", 0)), absent=_statuses(name, table, "absent", (404,)),
        locked=_statuses(name, table, "locked", (423, 429)), fresh_days=days,
    )  # fmt: skip


def _texts(name: str, table: dict[str, Any], part: str, numbers: tuple[str, ...] = ()) -> dict[str, Any]:
    found = table.get(part, {})
    if not isinstance(found, dict) or not all(
        isinstance(said, int if one in numbers else str) for one, said in found.items()
    ):
        raise BadRegistersError(f"{name}: {part} is a table of texts")
    return found


def _statuses(name: str, table: dict[str, Any], part: str, usual: tuple[int, ...]) -> tuple[int, ...]:
    found = table.get(part, usual)
    if not isinstance(found, list | tuple) or not all(isinstance(one, int) for one in found):
        raise BadRegistersError(f"{name}: {part} is a list of statuses")
    return tuple(found)


def _step(name: str, table: dict[str, Any], part: str) -> Step | None:
    said = table.get(part)
    if said is None:
        return None
    is_fine = isinstance(said, dict) and said.get("method") in METHODS and str(said.get("path", "")).startswith("/")
    if not is_fine or not isinstance(said.get("body", {}), dict) or set(said) - {"method", "path", "body"}:
        raise BadRegistersError(f"{name}: {part} has a method ({', '.join(METHODS)}), a path and perhaps a body")
    body = {str(one): str(value) for one, value in said.get("body", {}).items()}
    step = Step(said["method"], said["path"], body)
    try:
        filled(step, **dict.fromkeys(PLACES[part], ""))
    except KeyError:
        raise BadRegistersError(f"{name}: {part} fills in {', '.join(PLACES[part])} only") from None
    return step


def filled(step: Step, **given: str) -> tuple[str, dict[str, str]]:
    """The path with what is given encoded as parts of it, and the body. Raises KeyError for another place."""
    # One pass, so that braces in what is given stay what they are.
    path = _PLACE.sub(lambda found: quote(given[found[1]], safe=""), step.path)
    return path, {one: _PLACE.sub(lambda found: given[found[1]], value) for one, value in step.body.items()}
