"""/ofisi/mabaraza/: the bodies of an institution; a new one; one of them, changed, ended."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.public import may, must
from jumuishi.identity.types import Thing
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings import matters
from jumuishi.meetings.bodies import making, queries
from jumuishi.meetings.bodies.types import BodyRefusedError
from jumuishi.meetings.bodies.web.forms import BodyForm, WhyForm, place_name, typed_body
from jumuishi.meetings.bodies.web.frame import PAGE, answer, body_for, done, keeps, refuse, to
from jumuishi.meetings.models import Body
from jumuishi.meetings.orders.checks import not_entered
from jumuishi.meetings.orders.words import role_name, rule_name

LEAD = ("chair", "vice", "secretary")


@access(Officer)
@require_http_methods(["GET", "HEAD"])
def bodies(request: HttpRequest) -> HttpResponse:
    """The list, searched: seats filled, and which have no orders in force."""
    actor, lang, text = actor_of(request), language(), request.GET.get("q", "")[:80].strip()
    new = Thing("body", new_id(), actor.workplace)
    must(actor, "meetings.body.read", new)
    page = Paginator(queries.bodies_of(actor.workplace, text), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "id": one.id, "name": one.name[lang], "what": t(f"meetings.what_{one.what}", lang),
            "filled": getattr(one, "filled", 0), "seats": one.seats, "has_orders": getattr(one, "has_orders", False),
        }
        for one in page.object_list
    ]  # fmt: skip
    context = {
        "rows": rows, "page": page, "text": text, "query": f"q={text}" if text else "",
        "may_make": may(actor, "meetings.body.keep", new),
    }  # fmt: skip
    return answer(request, "list", context)


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new body."""
    actor, lang = actor_of(request), language()
    must(actor, "meetings.body.keep", Thing("body", new_id(), actor.workplace))
    others = Body.objects.filter(institution_id=actor.workplace, ended_at=None).order_by("name__sw")
    known = matters.committees(actor.workplace)
    form = BodyForm(request.POST if request.method == "POST" else None, lang=lang, others=others, committees=known)
    if request.method == "POST" and form.is_valid():
        try:
            made = making.make_body(actor=actor, said=form.said())
            return done(request, f"{made}/", "meetings.body_made")
        except BodyRefusedError as error:
            refuse(form, error)
    return answer(request, "body_form", {"form": form})


@access(Officer)
@require_http_methods(["GET", "HEAD"])
def body(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """One body: what it is, who leads it, empty seats, its orders and what they lack."""
    found, lang = body_for(request, body_id), language()
    members = list(queries.members_of(found))
    edition, orders = queries.orders_on(found)
    leaders = {role: [one.name for one in members if one.role == role] for role in LEAD}
    context: dict[str, Any] = {
        "what": t(f"meetings.what_{found.what}", lang),
        "place": place_name(found.place),
        "parent": found.parent.name[lang] if found.parent else "",
        "committee": matters.committees(found.institution_id).get(found.cases_role, {}).get(lang, found.cases_role)
        if found.cases_role
        else "",
        "leaders": [{"role": role_name(role, lang), "names": names} for role, names in leaders.items()],
        "n": len(members),
        "vacant": queries.vacancies(found),
        "edition": edition,
        "gazette": orders.gazette,
        "missing": [rule_name(one, lang) for one in not_entered(orders)],
    }
    return answer(request, "body", context, body=found, way="body")


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """Other words and numbers."""
    actor, lang = actor_of(request), language()
    found = body_for(request, body_id, "meetings.body.keep")
    if not keeps(actor, found):
        return to(f"{body_id}/")
    others = Body.objects.filter(institution_id=actor.workplace, ended_at=None).exclude(id=found.id)
    form = BodyForm(
        request.POST if request.method == "POST" else None, lang=lang, others=others.order_by("name__sw"),
        initial=typed_body(found), committees=matters.committees(actor.workplace),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            making.change_body(actor=actor, body_id=found.id, said=form.said())
            return done(request, f"{body_id}/", "meetings.body_changed")
        except BodyRefusedError as error:
            refuse(form, error)
    return answer(request, "body_form", {"form": form}, body=found, way="body")


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """What its end means, the reason, the button."""
    actor = actor_of(request)
    found = body_for(request, body_id, "meetings.body.keep")
    if not keeps(actor, found):
        return to(f"{body_id}/")
    form = WhyForm(request.POST if request.method == "POST" else None, lang=language())
    if request.method == "POST" and form.is_valid():
        try:
            making.end_body(actor=actor, body_id=found.id, why=form.cleaned_data["why"])
            return done(request, "", "meetings.body_was_ended")
        except BodyRefusedError as error:
            refuse(form, error)
    return answer(request, "body_end", {"form": form}, body=found, way="body")
