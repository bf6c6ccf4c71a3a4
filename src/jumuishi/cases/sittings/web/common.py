"""What the pages of a sitting share: who may enter, and an act that ends in a page again."""

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases.models import Sitting
from jumuishi.cases.sittings import queries, rules
from jumuishi.cases.sittings.policies import body_thing
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import office_page
from jumuishi.cases.web.ways import to
from jumuishi.identity import public as identity
from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

TOLD = "cases.sit_told"


def entered(request: HttpRequest, sitting_id: UUID) -> Sitting:
    """The sitting, for members, chair, secretary and heads of its institution; for everybody else it is not there."""
    actor = actor_of(request)
    found = queries.sitting_of(actor, sitting_id)
    if found is None or not identity.may(actor, "cases.body.read", body_thing(actor.workplace, found.role)):
        raise Http404
    return found


def may_keep(actor: Actor, role: str) -> bool:
    """Whether the actor is the body's secretary."""
    return identity.may(actor, "cases.body.keep", body_thing(actor.workplace, role))


def told(request: HttpRequest) -> str:
    """What was done a moment ago; empty when nothing was."""
    key = request.session.pop(TOLD, "")
    return t(key, language()) if key else ""


def done(request: HttpRequest, path: str, key: str) -> HttpResponse:
    """On to a page, which says what was done."""
    request.session[TOLD] = key
    return to(path)


def attempt(verb: Callable[[], Any]) -> str:
    """Do it; what to tell the person when it was refused, empty when it was done."""
    try:
        verb()
    except CaseError as error:
        return office_page.refusal(error, language())
    return ""


def zone_of(sitting: Sitting) -> ZoneInfo:
    """The institution's own time."""
    return ZoneInfo(institutions.working_time(sitting.institution_id).zone)


def lacking(institution_id: UUID, role: str, lang: str) -> list[str]:
    """The rules of a body that nobody has entered, in words."""
    return [t(f"cases.sit_rule_{one}", lang) for one in rules.lacking(queries.figures_of(institution_id, role))]


def page(request: HttpRequest, template: str, context: dict[str, Any], message: str = "") -> HttpResponse:
    """A page of this folder; with a message it is an answer to what could not be done."""
    context |= {"message": message, "told": told(request)}
    return render(request, f"cases/sittings/{template}.html", context, status=400 if message else 200)
