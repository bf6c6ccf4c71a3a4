"""What the authority's pages of /ofisi/seva/ share."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.channels.context import add_desk
from jumuishi.exchange.web.forms import Labelled
from jumuishi.exchange.web.frame import prefix
from jumuishi.identity.doors import actor_of
from jumuishi.identity.public import may, must
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel.ids import new_id

HERE = "/ofisi/seva/"
WAYS = {"nodes": HERE, "members": f"{HERE}taasisi/", "findings": f"{HERE}matokeo/", "own": f"{HERE}hii/"}


def _thing() -> Thing:
    return Thing("exchange_network", new_id())


def _manages(request: HttpRequest) -> bool:
    return may(actor_of(request), "exchange.neighbour.manage", _thing())


add_desk(88, "exchange.network", HERE, _manages)


def manager(request: HttpRequest) -> Actor:
    """The authority's head or registrar; raises NotAllowedError for anybody else."""
    actor = actor_of(request)
    must(actor, "exchange.neighbour.manage", _thing())
    return actor


def to(path: str) -> HttpResponseRedirect:
    """A page below /ofisi/seva/, in the language of this one."""
    return HttpResponseRedirect(f"{prefix()}{HERE}{path}")


def answer(request: HttpRequest, name: str, way: str, context: dict[str, Any]) -> HttpResponse:
    """A page, with 422 where a form of it or `error` says that something is wrong; kept by no cache."""
    wrong = bool(context.get("error")) or any(isinstance(one, forms.Form) and one.errors for one in context.values())
    ways = [{"url": prefix() + path, "key": f"exchange.net_{one}", "current": one == way} for one, path in WAYS.items()]
    context |= {"ways": ways, "base": f"{prefix()}{HERE}", "wrong": wrong}
    found = render(request, f"exchange/{name}.html", context, status=422 if wrong else 200)
    found.headers["Cache-Control"] = "no-store"
    return found


class NodeForm(Labelled):
    """What a node says of itself, as a file, and the members that it shall speak for."""

    hints = ("statement", "members")
    needs = {"statement": "exchange.bad_statement"}
    statement = forms.FileField()
    members = forms.CharField(
        max_length=8000, required=False, widget=forms.Textarea({"rows": 3, "spellcheck": "false"})
    )
