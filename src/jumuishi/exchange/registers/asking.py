"""A register asked by this installation for an institution of its own: at the edge, as any other system asks.

So each question is signed, recorded at both ends and decided by the owner's agreements. It is HTTP to another process.
"""

import json
import time
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings

from jumuishi.exchange.registers.asker import asker_of
from jumuishi.exchange.registers.declared import registers
from jumuishi.exchange.registers.meaning import meaning
from jumuishi.exchange.registers.model import Register, Step, filled
from jumuishi.exchange.registers.resting import rest
from jumuishi.exchange.types import Away, RegisterSaid
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.lazily import lazily

httpx = lazily("httpx")
MOST = 65_536
_kept: list[Any] = []


def ask_register(
    *, institution_id: UUID, register: str, key: str, issue: UUID, question: str = "", answer: str = ""
) -> RegisterSaid:
    """Ask a register for what it holds under a key, in an institution's name; within settings.REGISTER_SECONDS.

    `issue` is the application that it is for, and travels along. `question` and `answer`: what the person said to the
    question that the register asked first. Nothing is raised: what did not come is Away, with a reason.
    """
    found = registers().get(register)
    step = None if found is None else found.answer if question else found.ask
    known = asker_of(institution_id) if found is not None and found.is_connected and settings.EXCHANGE_EDGE else None
    if found is None or step is None or known is None:
        return Away("unset")
    with rest.turn(register) as why_not:
        if why_not:
            return Away(why_not)
        said = _asked(found, step, known, {"key": key, "question": question, "answer": answer}, issue)
        if isinstance(said, Away) and said.reason in ("slow", "unreached", "failed"):
            rest.was_away(register)
        else:
            rest.is_back(register)
        return said


def is_asked(register: str) -> bool:
    """Whether this installation asks a register of that name at all."""
    found = registers().get(register)
    return found is not None and found.is_connected and bool(settings.EXCHANGE_EDGE)


def label_of(register: str, lang: str) -> str:
    """What people call it."""
    found = registers().get(register)
    return found.label[lang] if found is not None else register


def fresh_for(register: str) -> timedelta:
    """For how long what it said counts as fresh."""
    found = registers().get(register)
    return timedelta(days=found.fresh_days if found is not None else 0)


def _asked(register: Register, step: Step, known: tuple[str, str], given: dict[str, str], issue: UUID) -> RegisterSaid:
    client, key = known
    path, body = filled(step, **{name: given[name] for name in given})
    message_id = f"{settings.EXCHANGE_INSTANCE}-{new_id()}"
    headers = {
        "X-Road-Client": client, "X-Jumuishi-Key": key, "X-Road-Id": message_id, "X-Road-Issue": str(issue),
        "Accept": "application/json",
    }  # fmt: skip
    if register.purpose:
        headers["X-Jumuishi-Purpose"] = register.purpose
    content = json.dumps(body).encode() if body else b""
    if content:
        headers["Content-Type"] = "application/json"
    url = f"{settings.EXCHANGE_EDGE}/r1/{quote(register.service, safe='/%')}{path}"
    try:
        status, error, data = _sent(step.method, url, headers, content)
    except httpx.TimeoutException:
        return Away("slow")
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return Away("unreached")
    at = clock.now()
    return meaning(register, status, error, data, message_id=message_id, at=at, answering=bool(given["question"]))


def _sent(method: str, url: str, headers: dict[str, str], content: bytes) -> tuple[int, str, bytes]:
    """Status, the exchange's error, the body; all of it within the time. Raises httpx's errors."""
    end = time.monotonic() + settings.REGISTER_SECONDS
    got = bytearray()
    if not _kept:
        _kept.append(httpx.Client(trust_env=False, follow_redirects=False))
    seconds = settings.REGISTER_SECONDS
    with _kept[0].stream(method, url, headers=headers, content=content, timeout=seconds) as response:
        for piece in response.iter_raw():
            got += piece
            if len(got) > MOST:
                raise httpx.DecodingError("too long")
            if time.monotonic() > end:
                raise httpx.ReadTimeout("too slow")
        said: Any = response.headers.get("x-road-error", "")
        return response.status_code, str(said), bytes(got)
