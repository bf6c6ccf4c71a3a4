"""What the pages of /ofisi/mabaraza/ share: who may come in, the ways about a body, how an answer leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.identity.public import may, must
from jumuishi.identity.types import Actor
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.bodies import queries
from jumuishi.meetings.bodies.policies import KEEPERS, body_thing
from jumuishi.meetings.bodies.types import BodyRefusedError, WrongOrdersError
from jumuishi.meetings.models import Body
from jumuishi.meetings.orders.words import fault_words, role_name

HERE = "/ofisi/mabaraza/"
PAGE = 30
TOLD = "meetings.told"


@dataclass(frozen=True)
class Way:
    """A way about a body: its key, the text's key, the path below the body's; `kept`: for its keepers only."""

    key: str
    text: str
    path: str
    kept: bool = False


WAYS = [
    Way("body", "meetings.way_body", ""),
    Way("members", "meetings.way_members", "wajumbe/"),
    Way("orders", "meetings.way_orders", "kanuni/"),
    Way("meetings", "meetings.way_meetings", "vikao/"),
    Way("rates", "meetings.way_rates", "posho/", kept=True),
]


def _keeps(request: HttpRequest) -> bool:
    return actor_of(request).has(*KEEPERS)


add_desk(60, "meetings.desk", HERE, _keeps)


def body_for(request: HttpRequest, body_id: UUID, verb: str = "meetings.body.read") -> Body:
    """The body, for whom may do this to it; to everybody else of another institution it is not there."""
    actor = actor_of(request)
    found = queries.body_of(actor, body_id)
    if found is None:
        raise Http404
    must(actor, verb, body_thing(found))
    return found


def keeps(actor: Actor, body: Body) -> bool:
    """Whether the actor changes this body, its members and drafts."""
    return may(actor, "meetings.body.keep", body_thing(body)) and body.ended_at is None


def home() -> str:
    """The office's bodies, in the language of this page."""
    return f"{'/en' if language() == 'en' else ''}{HERE}"


def to(path: str) -> HttpResponseRedirect:
    """A page below /ofisi/mabaraza/, in the language of this one."""
    return HttpResponseRedirect(home() + path)


def done(request: HttpRequest, path: str, key: str, **given: object) -> HttpResponseRedirect:
    """On to a page, which says what was done."""
    request.session[TOLD] = [key, {name: str(value) for name, value in given.items()}]
    return to(path)


def said(error: BodyRefusedError) -> str:
    """Why it was not taken."""
    lang = language()
    given = {key: role_name(str(one), lang) if key == "role" else one for key, one in error.given.items()}
    return t(error.key, lang, **given)


def refuse(form: forms.Form, error: BodyRefusedError) -> None:
    """Say what was refused, at its field where the form has it."""
    form.add_error(error.field if error.field in form.fields else None, said(error))


def attempt(verb: Callable[[], Any]) -> str:
    """Do it; what to tell the person when it was refused, empty when it was done."""
    try:
        verb()
    except BodyRefusedError as error:
        return said(error)
    except WrongOrdersError as error:
        return "; ".join(fault_words(one, language()) for one in error.faults[:5])
    return ""


def answer(
    request: HttpRequest, name: str, context: dict[str, Any], *, body: Body | None = None, way: str = ""
) -> HttpResponse:
    """A page, with 422 where a form of it or `error` says that something is wrong; kept by no cache."""
    lang, wrong = language(), bool(context.get("error"))
    wrong = wrong or any(isinstance(one, forms.Form) and one.errors for one in context.values())
    told = request.session.pop(TOLD, None) if request.method == "GET" else None
    context |= {"base": home(), "wrong": wrong, "told": t(told[0], lang, **told[1]) if told else ""}
    if body is not None:
        base, mine = f"{home()}{body.id}/", keeps(actor_of(request), body)
        shown = [one for one in WAYS if mine or not one.kept]
        context |= {
            "body": body, "body_name": body.name[lang], "here": base, "keeps": mine,
            "ways": [{"url": base + one.path, "label": t(one.text, lang), "current": one.key == way} for one in shown],
        }  # fmt: skip
    found = render(request, f"meetings/bodies/{name}.html", context, status=422 if wrong else 200)
    found.headers["Cache-Control"] = "no-store"
    return found
