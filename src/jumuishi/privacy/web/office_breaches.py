"""/ofisi/faragha/uvunjaji/: breaches, a new one, its release by a second person, the commission's notice, letters."""

import re
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from jumuishi.channels import sheets as answers
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access
from jumuishi.identity.holdings import Circle
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import group, normalise
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.privacy import lists, policies, queries
from jumuishi.privacy.actions import breaches
from jumuishi.privacy.actions.requests import is_same
from jumuishi.privacy.models import Breach
from jumuishi.privacy.types import BreachState, PrivacyError
from jumuishi.privacy.web.office import frame
from jumuishi.privacy.web.ways import at, at_desk, once, prefix, to
from jumuishi.services import public as services

PAGE = 25
TEXTS = ("title", "what", "data", "harm", "done")


@access(Officer)
def listed(request: HttpRequest) -> HttpResponse:
    """Breaches, newest first, each with its clock and how far its notices have got."""
    actor, lang, now = at_desk(request), language(), clock.now()
    page = Paginator(queries.breaches(actor.workplace), PAGE).get_page(request.GET.get("page"))
    told = queries.told_counts([one.id for one in page])
    rows = [
        {
            "url": f"{prefix()}/ofisi/faragha/uvunjaji/{one.id}/",
            "title": one.title,
            "number": group(one.number),
            "known": at(one.known_at, lang),
            "state": t(f"privacy.breach_{one.state}", lang),
            "due": at(one.due_at, lang) if one.commission_at is None else "",
            "commission": at(one.commission_at, lang),
            "late": one.commission_at is None and one.due_at is not None and one.due_at < now,
            "touched": one.touched,
            "told": sum(n for way, n in told.get(one.id, {}).items() if way != "waiting"),
        }
        for one in page
    ]
    context = {**frame(actor, "breaches"), "rows": rows, "page": page}
    context["may_record"] = policies.guards(actor, breaches.thing_of(Breach(institution_id=actor.workplace)))
    return render(request, "privacy/office_breaches.html", context)


@access(Officer)
def new(request: HttpRequest) -> HttpResponse:
    """Write a breach down; what was typed is there after an error."""
    actor, lang = at_desk(request, "privacy.guard"), language()
    typed = request.POST if request.method == "POST" else identity.typed_before_sign_in(request)
    names = (*TEXTS, "advice", "happened", "known_on", "known_at", "service", "since", "until", "references")
    said = {name: (typed.get(name, "").strip() if typed else "") for name in names}
    key = (typed.get("once") if typed else "") or str(new_id())
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        errors = [
            {"url": f"#f-{one}", "text": f"{t(f'privacy.breach_{one}', lang)}: {t('privacy.needed', lang)}"}
            for one in (*TEXTS, "known_on")
            if not said[one]
        ]
        if not errors:
            try:
                made = once(breaches.record_breach, key)(actor=actor, report=_report(said))
                return to(f"/ofisi/faragha/uvunjaji/{made}/")
            except PrivacyError as error:
                errors = [{"url": "#f-known_on", "text": t(error.code, lang)}]
    offered = services.offerings_of(actor.workplace)
    context = {**frame(actor, "breaches"), "said": said, "errors": errors, "once": key, "services": [
        {"key": one.service, "name": one.name[lang], "chosen": one.service == said["service"]} for one in offered
    ]}  # fmt: skip
    return render(request, "privacy/office_breach_new.html", context, status=400 if errors else 200)


def _report(said: dict[str, str]) -> breaches.Report:
    known = _instant(said["known_on"], said["known_at"])
    until = _instant(said["until"], "")
    if known is None:
        raise PrivacyError("privacy.known_later")
    typed = re.split(r"[\n,;]", said["references"])
    references = tuple(number for one in typed if (number := normalise(one)))
    until = until + timedelta(days=1) if until else None
    circle = Circle(said["service"], _instant(said["since"], ""), until, references)
    return breaches.Report(
        **{name: said[name] for name in TEXTS}, advice=said["advice"], known_at=known,
        happened_at=_instant(said["happened"], ""), circle=circle,
    )  # fmt: skip


def _instant(day: str, hour: str) -> datetime | None:
    """A day and an hour as typed, in the country's own time; an hour left out is the day's beginning."""
    if not day:
        return None
    try:
        at_hour = time.fromisoformat(hour) if hour else time()
        return datetime.combine(datetime.fromisoformat(day).date(), at_hour, ZoneInfo(settings.TIME_ZONE))
    except ValueError as error:
        raise PrivacyError("privacy.bad_day") from error


def _one(institution_id: UUID, breach_id: UUID) -> Breach:
    found = Breach.objects.filter(institution_id=institution_id, id=breach_id).first()
    if found is None:
        raise Http404
    return found


@access(Officer)
def one(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """A breach: whom it touches, how far word has got; release, and the commission."""
    actor = at_desk(request)
    found, error, status = _one(actor.workplace, breach_id), "", 200
    if request.method == "POST":
        try:
            if request.POST.get("do") == "release":
                if not request.POST.get("sure"):
                    return render(request, "privacy/office_release.html", _context(request, found))
                breaches.release(actor=actor, breach_id=found.id)
            elif request.POST.get("do") == "commission":
                breaches.note_commission(actor=actor, breach_id=found.id)
            return to(f"/ofisi/faragha/uvunjaji/{found.id}/")
        except PrivacyError as refused:
            error, status = refused.code, 409
    context = _context(request, found) | {"error": t(error, language()) if error else ""}
    return render(request, "privacy/office_breach.html", context, status=status)


def _context(request: HttpRequest, row: Breach) -> dict[str, Any]:
    actor, lang, now = at_desk(request), language(), clock.now()
    told = queries.told_counts([row.id]).get(row.id, {})
    thing = breaches.thing_of(row)
    is_released = row.state == BreachState.RELEASED
    return {
        **frame(actor, "breaches"),
        "b": row,
        "number": group(row.number),
        "state": t(f"privacy.breach_{row.state}", lang),
        "known": at(row.known_at, lang),
        "happened": at(row.happened_at, lang),
        "due": at(row.due_at, lang),
        "late": row.commission_at is None and row.due_at is not None and row.due_at < now,
        "commission": at(row.commission_at, lang),
        "released": at(row.released_at, lang),
        "sms": told.get("sms", 0),
        "letters": told.get("letter", 0),
        "waiting": told.get("waiting", 0),
        "phones": queries.with_phone(row.id) if not is_released else 0,
        "is_released": is_released,
        "may_release": not is_released and not is_same(actor.who, row.recorded_by),
        "may_note": row.commission_at is None and policies.guards(actor, thing),
    }


@access(Officer)
def commission(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """The notice to the commission, on a page to print and sign."""
    actor = at_desk(request)
    found = _one(actor.workplace, breach_id)
    context = _context(request, found) | {"home": queries.home_name(found.institution_id, language())}
    context["registration"] = queries.registration(actor.workplace)
    return render(request, "privacy/office_commission.html", context)


@access(Officer)
def letters(request: HttpRequest, breach_id: UUID) -> HttpResponseBase:
    """Whom only a letter reaches, as a file."""
    actor = at_desk(request, "privacy.guard")
    found = _one(actor.workplace, breach_id)
    head, rows = lists.letters(actor=actor, breach_id=found.id)
    return answers.answer(f"barua-{found.number}", answers.kind_of(request.GET.get("f", "")), head, rows)
