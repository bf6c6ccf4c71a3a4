"""One item at the desk: what was said, who has it, until when; and what its officer may do."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jumuishi.feedback import queries, rules
from jumuishi.feedback.actions import desk
from jumuishi.feedback.actions.things import is_own, item_thing, reader_of
from jumuishi.feedback.models import Item
from jumuishi.feedback.types import FeedbackError
from jumuishi.feedback.web import ways
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

WRITES = ("answered", "asked", "told", "note")


def _found(request: HttpRequest, item_id: UUID) -> tuple[Item, rules.Reader]:
    item, reader = queries.item_for(item_id), reader_of(actor_of(request))
    if item is None or (item.institution_id == actor_of(request).institution_id and not rules.may_read(item, reader)):
        raise Http404
    if item.institution_id != actor_of(request).institution_id and not reader.is_desk:
        raise Http404
    if is_own(actor_of(request), item):
        raise Http404
    return item, reader


@access(Officer)
def one(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Read it: a look that the journal keeps."""
    item, reader = _found(request, item_id)
    identity.looked(actor_of(request), item_thing(item), "words")
    return render(request, "feedback/office.html", _context(request, item, reader))


def _context(request: HttpRequest, item: Item, reader: rules.Reader, **more: Any) -> dict[str, Any]:
    actor, lang = actor_of(request), language()
    work = institutions.working_time(item.institution_id)
    staff = institutions.people_in(actor.workplace)
    names: dict[Any, str] = {one.person_id: one.name for one in staff}
    free = [one for one in staff if str(one.person_id) not in item.barred]
    units = [(unit, name[lang]) for unit, name in institutions.units_of(actor.workplace)]
    is_here, waiting = item.institution_id == actor.institution_id, item.state in ("open", "asked")
    known = institutions.known_roles(item.about_id)
    facts = ways.facts(item, lang, work)
    hears = t("feedback.hears_sms" if item.phone else "feedback.hears_code", lang)
    return {
        **facts,
        "item_id": item.id,
        "version": item.version,
        "entries": ways.told(queries.entries_of(item, inner=is_here), lang, work, names),
        "sender": t("feedback.sender_known" if item.person_id else "feedback.sender_nameless", lang),
        "hears_by": "" if item.person_id else hears,
        "named": item.named,
        "role_named": known[item.role][lang] if item.role in known else item.role,
        "barred": [names[one] for one in names if str(one) in item.barred],
        "owner": names.get(item.owner_id, "") or next((name for unit, name in units if unit == item.unit_id), ""),
        "is_mine": item.owner_id == actor.person_id,
        "may_act": is_here and waiting and rules.may_act(item, reader),
        "may_assign": reader.is_desk,
        "asks_reason": is_here and facts["late"] and not item.late_reason,
        "writes": [
            {"key": key, "label": t(f"feedback.write_{key}", lang), "current": key == more.get("do")}
            for key in WRITES
            if key != "asked" or item.state == "open"
        ],
        "people": [{"key": one.person_id, "label": f"{one.name}, {one.title[lang]}"} for one in free],
        "units": [{"key": key, "label": label} for key, label in units],
        "verdict": t(f"feedback.entry_{item.verdict}", lang) if item.verdict else "",
        "abuse_reason": item.abuse_reason if waiting else "",
        "abuse_by": names.get(item.abuse_by, ""),
        "abuse_is_mine": item.abuse_by == actor.person_id,
        "done": t("feedback.done_office", lang) if request.GET.get("sawa") else "",
        "page_url": f"{ways.prefix()}/ofisi/mrejesho/{item.id}/",
        **more,
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def perform(actor: Actor, item_id: UUID, given: Any) -> None:
    """One act of the desk, from a form; raises FeedbackError, NotAllowedError."""
    do, typed = given.get("do", ""), given.get("version", "")
    seen: dict[str, Any] = {"actor": actor, "item_id": item_id}
    seen["version"] = int(typed) if typed.isdecimal() else -1
    text, late = given.get("text", "")[:4000], given.get("late_reason", "")[:500]
    if do in WRITES:
        desk.write(**seen, kind=do, text=text, late_reason=late)
    elif do == "take":
        desk.assign(**seen, person=actor.who)
    elif do == "assign":
        kind, _, key = given.get("to", "").partition(":")
        if (found := _uuid(key)) is None:
            raise FeedbackError("feedback.choose_whom")
        desk.assign(**seen, person=found if kind == "person" else None, unit=found if kind == "unit" else None)
    elif do == "explain":
        desk.explain_late(**seen, reason=late)
    elif do == "refer":
        home = institutions.institution_by_slug(given.get("slug", "")[:60])
        if home is None:
            raise FeedbackError("feedback.no_institution")
        desk.refer(**seen, to=home.id, reason=text, late_reason=late)
    elif do == "bar":
        if (found := _uuid(given.get("person", ""))) is None:
            raise FeedbackError("feedback.choose_whom")
        desk.bar(**seen, person=found)
    elif do == "abuse":
        desk.propose_abuse(**seen, reason=text)
    elif do in ("abuse_yes", "abuse_no"):
        desk.decide_abuse(**seen, is_abuse=do == "abuse_yes")
    else:
        raise FeedbackError("feedback.choose_act")


@access(Officer)
@require_POST
def act(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """An act; what was typed is there again after an error."""
    item, reader = _found(request, item_id)
    given = request.POST
    try:
        perform(actor_of(request), item_id, given)
    except FeedbackError as error:
        status = 409 if error.code in ("feedback.stale", "feedback.not_now", "feedback.same_person") else 400
        typed = {key: given.get(key, "") for key in ("do", "text", "late_reason", "to", "slug")}
        context = _context(request, item, reader, error=t(error.code, language()), typed=typed, do=typed["do"])
        page = "feedback/grave.html" if typed["do"] in ("refer", "abuse") else "feedback/office.html"
        if page == "feedback/grave.html":
            context |= _grave(typed["do"], given.get("q", ""))
        return render(request, page, context, status=status)
    # It may lie elsewhere now, out of sight of whoever just sent it there.
    still = queries.item_for(item_id)
    if still is None or still.institution_id != actor_of(request).institution_id:
        return ways.to("/ofisi/mrejesho/?sawa=1")
    return ways.to(f"/ofisi/mrejesho/{item_id}/?sawa=1")


@access(Officer)
def before_refer(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Before it moves away: a page that says what will happen."""
    return _before(request, item_id, "refer")


@access(Officer)
def before_abuse(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Before it is called abuse: likewise."""
    return _before(request, item_id, "abuse")


def _before(request: HttpRequest, item_id: UUID, do: str) -> HttpResponse:
    item, reader = _found(request, item_id)
    if not rules.may_act(item, reader):
        raise NotAllowedError("feedback.item.handle")
    context = _context(request, item, reader, typed={}, do=do) | _grave(do, request.GET.get("q", ""))
    return render(request, "feedback/grave.html", context)


def _grave(do: str, q: str) -> dict[str, Any]:
    found = institutions.approved(text=q.strip()[:80])[:30] if do == "refer" else []
    lang = language()
    return {
        "heading": t(f"feedback.{do}_ask", lang),
        "means": [t(f"feedback.{do}_means_{n}", lang) for n in (1, 2, 3)],
        "act": t(f"feedback.{do}_do", lang),
        "q": q,
        "homes": [{"slug": one.slug, "name": one.name[lang]} for one in found],
    }
