"""What a register's answer means, by its declaration. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jumuishi.exchange.registers.model import LANGUAGES, Register
from jumuishi.exchange.types import AsksFirst, Away, Fetched, NotFound, Refused, RegisterSaid

# Of the exchange's own errors: what an agreement or a right would mend, and no waiting.
DENIED = ("accessdenied", "access_denied", "unknownservice", "unknown_service", "unknownmember", "unknown_member")
LONGEST = 2000


def meaning(
    register: Register, status: int, error: str, body: bytes, *, message_id: str, at: datetime, answering: bool
) -> RegisterSaid:
    """`error` is the exchange's own (X-Road-Error), "" where the register itself answered; `answering` its question."""
    heard: dict[str, Any] = {"source": register.service, "message_id": message_id[:255], "at": at}
    if error:
        is_denied = error.lower().rpartition(".")[2] in DENIED
        return Refused(**heard, reason="denied") if is_denied else Away("failed")
    if status in register.locked:
        return Refused(**heard, reason="locked")
    if status in register.absent:
        return NotFound(**heard)
    if status in (401, 403):
        return Refused(**heard, reason="denied")
    if status not in (200, register.question_status):
        return Away("failed")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return Away("unreadable")
    if status == register.question_status and (number := _short(at_pointer(said, register.question["number"]))):
        words = {one: _short(at_pointer(said, register.question.get(one, ""))) for one in LANGUAGES}
        left = at_pointer(said, register.question.get("tries_left", ""))
        if not any(words.values()):
            return Away("unreadable")
        spoken = {one: words[one] or next(filter(None, words.values())) for one in LANGUAGES}
        was_wrong = answering and at_pointer(said, register.question.get("was_wrong", "")) is True
        tries = left if isinstance(left, int) and not isinstance(left, bool) else None
        return AsksFirst(**heard, number=number, words=spoken, was_wrong=was_wrong, tries_left=tries)
    if status != 200:
        return Away("unreadable")
    values = {name: at_pointer(said, pointer) for name, pointer in register.takes.items()}
    known = {name: value for name, value in values.items() if _is_plain(value)}
    return Fetched(**heard, values=known) if known else Away("unreadable")


def _is_plain(value: object) -> bool:
    """One value that an answer of a form can be: no structure, nothing without end."""
    return isinstance(value, bool | int | float) or (isinstance(value, str) and 0 < len(value) <= LONGEST)


def _short(value: object) -> str:
    return value[:300] if isinstance(value, str) else str(value) if type(value) is int else ""


def at_pointer(document: Any, pointer: str) -> Any:
    """What stands at a JSON pointer (RFC 6901); None for nothing, and for an empty pointer."""
    if not pointer.startswith("/"):
        return None
    for raw in pointer[1:].split("/"):
        part = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(document, Mapping):
            document = document.get(part)
        elif isinstance(document, list) and part.isdecimal() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    return document
