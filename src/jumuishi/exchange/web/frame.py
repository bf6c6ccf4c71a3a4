"""What the pages of /ofisi/mifumo/ share: who may come in, the ways between them, how an answer leaves."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.channels.context import add_desk
from jumuishi.exchange.registering import KEEPERS
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.identity.doors import actor_of
from jumuishi.identity.public import must
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

HERE = "/ofisi/mifumo/"
WAYS = {
    "systems": HERE, "find": f"{HERE}tafuta/", "agreements": f"{HERE}makubaliano/", "records": f"{HERE}kumbukumbu/",
    "carry": f"{HERE}mizigo/",
}  # fmt: skip
PAGE = 30


def _keeps(request: HttpRequest) -> bool:
    return actor_of(request).has(*KEEPERS)


add_desk(87, "exchange.desk", HERE, _keeps)


def keeper(request: HttpRequest) -> Actor:
    """The officer who looks after the institution's systems, or leads it; raises NotAllowedError for anybody else."""
    actor = actor_of(request)
    must(actor, "exchange.system.manage", Thing("exchange", new_id(), actor.workplace))
    return actor


def prefix() -> str:
    """What stands before an address in the language of the page."""
    return "/en" if language() == "en" else ""


def to(path: str) -> HttpResponseRedirect:
    """A page below /ofisi/mifumo/, in the language of this one."""
    return HttpResponseRedirect(f"{prefix()}{HERE}{path}")


def refuse(form: forms.Form, error: ExchangeRefusedError) -> None:
    """Say what the register refused, at its field where the form has it."""
    form.add_error(error.field if error.field in form.fields else None, t(error.key, language()))


def answer(request: HttpRequest, name: str, way: str, context: dict[str, Any]) -> HttpResponse:
    """A page, with 422 where a form of it or `error` says that something is wrong; kept by no cache."""
    here = prefix()
    wrong = bool(context.get("error")) or any(isinstance(one, forms.Form) and one.errors for one in context.values())
    ways = [{"url": here + path, "key": f"exchange.way_{one}", "current": one == way} for one, path in WAYS.items()]
    context |= {"ways": ways, "base": f"{here}{HERE}", "wrong": wrong}
    found = render(request, f"exchange/{name}.html", context, status=422 if wrong else 200)
    found.headers["Cache-Control"] = "no-store"
    return found
