"""What the pages of /ofisi/kuingia/ share: who may come in, the ways between them, how an answer leaves."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.identity.public import must
from jumuishi.identity.types import Actor, ActorKind, Thing
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.signon.registering import KEEPERS
from jumuishi.signon.types import SignonRefusedError

HERE = "/ofisi/kuingia/"
WAYS = {"clients": HERE, "staff": f"{HERE}watumishi/", "opening": f"{HERE}wananchi/"}
PAGE = 30


def _keeps(request: HttpRequest) -> bool:
    return actor_of(request).has(*KEEPERS)


add_desk(88, "signon.desk", HERE, _keeps)


def keeper(request: HttpRequest) -> Actor:
    """The officer who looks after the institution's systems, or leads it; raises NotAllowedError for anybody else."""
    actor = actor_of(request)
    must(actor, "signon.client.manage", Thing("signon_client", new_id(), actor.workplace))
    return actor


def to(path: str) -> HttpResponseRedirect:
    """A page below /ofisi/kuingia/, in the language of this one."""
    return HttpResponseRedirect(f"{'/en' if language() == 'en' else ''}{HERE}{path}")


def refuse(form: forms.Form, error: SignonRefusedError) -> None:
    """Say what the register refused, at its field where the form has it."""
    form.add_error(error.field if error.field in form.fields else None, t(error.key, language()))


def answer(request: HttpRequest, name: str, way: str, context: dict[str, Any]) -> HttpResponse:
    """A page, with 422 where a form of it or `error` says that something is wrong; kept by no cache."""
    here, actor = "/en" if language() == "en" else "", actor_of(request)
    wrong = bool(context.get("error")) or any(isinstance(one, forms.Form) and one.errors for one in context.values())
    shown = {
        "clients": True, "staff": actor.has("head"),
        "opening": actor.kind is ActorKind.AUTHORITY and actor.has("head", "registrar"),
    }  # fmt: skip
    ways = [
        {"url": here + path, "key": f"signon.way_{one}", "current": one == way}
        for one, path in WAYS.items() if shown[one]
    ]  # fmt: skip
    context |= {"ways": ways if len(ways) > 1 else [], "base": f"{here}{HERE}", "wrong": wrong}
    found = render(request, f"signon/{name}.html", context, status=422 if wrong else 200)
    found.headers["Cache-Control"] = "no-store"
    return found
