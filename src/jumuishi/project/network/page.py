"""/demo/exchange/: a person sends a message from one node to another and sees what each end holds of it."""

import shlex
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jumuishi.exchange import demo
from jumuishi.identity.doors import Callback, access
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.project.network import story
from jumuishi.project.network.parts import AGENCY, AUTHORITY, AWAY, PARTS, Reached, addresses
from jumuishi.project.network.story import End

LOOPBACK = frozenset({"127.0.0.1", "::1"})
DOOR = Callback("a demonstration on loopback only; the nodes and customers are made up")


def _only_here(request: HttpRequest) -> None:
    """Raises Http404 anywhere but at the authority of the demonstration, asked from this machine."""
    shown = settings.DEMONSTRATION and settings.DEMONSTRATION_NAME == AUTHORITY
    if not shown or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        raise Http404


def _back(query: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{'/en' if language() == 'en' else ''}/demo/exchange/{query}")


@transaction.non_atomic_requests
@access(DOOR)
def page(request: HttpRequest) -> HttpResponse:
    """The buttons, where the nodes are, and with `id` the way of that message."""
    _only_here(request)
    message = _number(request.GET.get("id", ""))
    context: dict[str, Any] = {
        "nodes": _nodes(),
        "is_away": _note().exists(), "fresh": story.fresh(), "not_sent": "away" in request.GET,
        "asks": {name: f"GET {story.PATHS[name]}" for name in story.PATHS},
        "by_hand": _by_hand(),
    }  # fmt: skip
    if message:
        context |= {"message": message, **_told(message)}
    found = render(request, "project/network.html", context)
    found["Cache-Control"] = "no-store"
    return found


@transaction.non_atomic_requests
@access(DOOR)
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send the message of the form once, then show it; the same form again shows the same message."""
    _only_here(request)
    which, message = request.POST.get("which", ""), _number(request.POST.get("id", "")) or story.fresh()
    if not story.send(which if which in story.PATHS else "allowed", message):
        return _back("?away=1")
    story.both(message, story.PATIENCE)
    return _back(f"?id={message}#safari")


@access(DOOR)
@require_POST
def away(request: HttpRequest) -> HttpResponse:
    """Put the agency's node away, or back: the supervisor sees the note within a second."""
    _only_here(request)
    if request.POST.get("away") == "1":
        _note().touch()
    else:
        _note().unlink(missing_ok=True)
    return _back("")


def _nodes() -> list[tuple[str, Reached | None]]:
    own = addresses(Path(settings.JUMUISHI_DATA))
    return [("authority", own), *((one.folder, story.reached(one.folder)) for one in PARTS)]


def _note() -> Path:
    part = next(one for one in PARTS if one.kind == AGENCY)
    return part.data(Path(settings.JUMUISHI_DATA)) / AWAY


def _number(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _by_hand() -> str:
    """The same as an unchanged client does it."""
    council = story.reached("council")
    return shlex.join(
        ["curl", "-i", "-H", f"X-Road-Client: {demo.wire(demo.CLIENT)}", f"{council.edge}{story.line('allowed')}"]
    ) if council else ""  # fmt: skip


def _told(message: str) -> dict[str, Any]:
    """What both ends hold of a message, step by step."""
    council, agency = story.both(message)
    asked, answered = council.record, agency.record
    entry, lang = story.diary(agency, message), language()
    agreed = answered and answered["agreement"]
    start = council.began
    body = b64decode(entry["body"]) if entry else b""
    return {
        "council": council, "agency": agency, "asked": asked, "answered": answered, "entry": entry,
        "why": answered and answered["why"] and answered["why"][lang],
        "agreed": agreed and {
            **agreed, "purpose": agreed["purpose_words"][lang],
            "since": _day(agreed["from_on"], lang), "until": _day(agreed["until_on"], lang),
        },
        "signature": council.proofs.get("request", {}).get("signature"),
        "signature_input": council.proofs.get("request", {}).get("signature-input"),
        "directory": str(agency.proofs.get("directory", "")).split(),
        "times": {
            "door": _after(start, agency.began),
            "system": _after(start, datetime.fromisoformat(entry["at"]) if entry else None),
            "agency": _after(start, agency.ended), "council": _after(start, council.ended),
        },
        "body": body.decode(errors="replace"), "same_body": bool(body) and story.is_body_of(body, council),
        "same": story.agree(council, agency),
        "checks": [
            _check(name, one, message) for name, one in (("council", council), ("agency", agency)) if one.record
        ],
        "is_refused": bool(answered and answered["error"]), "is_lost": bool(asked and asked["error"] and not answered),
    }  # fmt: skip


def _check(name: str, end: End, message: str) -> dict[str, Any]:
    """How anybody verifies one end's receipt: where it is, and the commands."""
    web = end.reached.web if end.reached else ""
    return {
        "name": name, "end": end, "receipt": f"{web}demo/exchange/receipt.json?id={message}",
        "lines": [
            f"curl -s '{web}demo/exchange/receipt.json?id={message}' -o {name}.json",
            f"curl -s {web}keys.json -o {name}-keys.json",
            f".venv/bin/jumuishi evidence verify {name}.json --keys {name}-keys.json",
        ],
    }  # fmt: skip


def _day(text: str, lang: str) -> str:
    return say_date(datetime.fromisoformat(text).date(), lang, weekday=False)


def _after(start: datetime | None, at: datetime | None) -> int | None:
    """Milliseconds since the council's node had the request; clocks of one machine, rounded, so never below 0."""
    return max(0, round((at - start).total_seconds() * 1000)) if start and at else None
