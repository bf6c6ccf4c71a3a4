"""What a phone keeps of an application: its worker, what that is told, what it shows without a network."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from jumuishi.channels.middleware import POLICY
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, access
from jumuishi.identity.types import Actor

AWAY = "omba/bila-mtandao/"
_WORKER = Path(__file__).parents[1] / "static/cases/worker.js"


@cache
def script() -> str:
    """The worker; a page that it gives out has the same content policy as one of the house."""
    return _WORKER.read_text(encoding="utf-8").replace("@@POLICY@@", POLICY)


@access(Everyone)
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The worker, at the root, for it must hear of every sign-out; a browser asks for it once a day."""
    return HttpResponse(script(), content_type="text/javascript", headers={"Cache-Control": "max-age=86400"})


@access(Everyone)
def away(request: HttpRequest) -> HttpResponse:
    """What the worker shows in place of a page that it has not kept."""
    return render(request, "cases/away.html")


def told(actor: Actor, *, after: str = "", pages: Iterable[str] = (), looks: bool = False) -> dict[str, Any]:
    """What a page tells its phone: whose it is, where it leads, what else to keep; `looks`: what else is still here."""
    who = identity.mark_of(actor.person_id) if actor.person_id else ""
    return {"who": who, "next": after, "pages": " ".join(pages), "look": looks}


def saved(seen: str, left: int, at: str) -> HttpResponse:
    """It is saved: the page's new mark, how many answers cannot be read and are on the phone only, and when."""
    return JsonResponse({"seen": seen, "left": left, "at": at})


def clash() -> HttpResponse:
    """Saved elsewhere with other answers since: nothing is overwritten, the person is asked."""
    return JsonResponse({}, status=409)


def gone() -> HttpResponse:
    """The application was submitted or thrown away."""
    return JsonResponse({}, status=410)
