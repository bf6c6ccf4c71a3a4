"""Where a page leads, in its language; a page that says one thing; who is at the keys."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.identity import public as identity
from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError, Thing
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts


def prefix() -> str:
    """The language's part of an address."""
    return "/en" if language() == "en" else ""


def to(path: str) -> HttpResponseRedirect:
    """Go to a Kiswahili path, or its English twin on an English page."""
    return HttpResponseRedirect(prefix() + path)


def says(request: HttpRequest, key: str, status: int, back: str) -> HttpResponse:
    """A page with one message, and a way on."""
    heading = t(key if key in texts() else "privacy.cannot", language())
    return render(
        request, "channels/message.html", {"heading": heading, "body": "", "back": prefix() + back}, status=status
    )


def citizen(request: HttpRequest) -> Actor:
    """The person for themself: an officer at work has come for something else. Raises NotAllowedError."""
    actor = actor_of(request)
    if actor.kind is not ActorKind.PERSON or actor.person_id is None:
        raise NotAllowedError("privacy.own")
    return actor


def at_desk(request: HttpRequest, verb: str = "privacy.desk") -> Actor:
    """The officer whose desk this is. Raises NotAllowedError."""
    actor = actor_of(request)
    identity.must(actor, verb, Thing("institution", actor.workplace, actor.workplace))
    return actor


def at(instant: Any, lang: str) -> str:
    """An instant as people say it; empty for none."""
    return say_instant(instant, lang, settings.TIME_ZONE) if instant else ""


def once(act: Callable[..., UUID], key: str) -> Callable[..., UUID]:
    """An action that happens once for the key that its form was given."""
    return partial(act, idempotency_key=key)
