"""Suspending a document and giving it back: a page each, which says first what will happen."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.documents import public, queries
from jumuishi.documents.types import NoSuchDocumentError, NotInForceError
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Thing
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


@access(Officer)
def stop(request: HttpRequest, number: str) -> HttpResponse:
    """Suspend, for a reason that the holder reads, to a day or until it is lifted."""
    return _page(request, number, is_stop=True)


@access(Officer)
def give_back(request: HttpRequest, number: str) -> HttpResponse:
    """Lift a suspension, for a reason that stays in the journal."""
    return _page(request, number, is_stop=False)


def _page(request: HttpRequest, number: str, *, is_stop: bool) -> HttpResponse:
    lang, what = language(), "suspend" if is_stop else "lift"
    row = _may(request, number)
    reason, day = request.POST.get("reason", "").strip(), request.POST.get("until", "").strip()
    errors: dict[str, str] = {}
    if request.method == "POST":
        until, errors = _read(reason, day if is_stop else "", lang)
        if not errors:
            try:
                if is_stop:
                    public.suspend(actor=actor_of(request), number=number, reason=reason, until=until)
                else:
                    public.lift(actor=actor_of(request), number=number, reason=reason)
                return HttpResponseRedirect(request.path.rsplit("/", 2)[0] + "/")
            except NotInForceError:
                errors = {"reason": t("documents.not_in_force", lang)}
    context: dict[str, Any] = {
        "heading": t(f"documents.{what}_ask", lang),
        "about": f"{row.title[lang]} {group(row.number)}",
        "holder": row.holder,
        "means": t(f"documents.{what}_means", lang),
        "act": t(f"documents.{what}", lang),
        "reason_hint": t("documents.reason_hint" if is_stop else "documents.lift_hint", lang),
        "is_stop": is_stop,
        "errors": errors,
        "reason": reason,
        "until": day,
    }
    return render(request, "documents/stopping.html", context, status=422 if errors else 200)


def _may(request: HttpRequest, number: str) -> Any:
    """The document, for one who may stop it; the look is on the record. 404 where it is not to be seen."""
    actor = actor_of(request)
    try:
        row = queries.visible(number)
    except NoSuchDocumentError as error:
        raise Http404 from error
    thing = Thing("document", row.id, row.institution_id, row.person_id)
    identity.must(actor, "documents.document.suspend", thing)
    if request.method != "POST":
        identity.looked(actor, thing, "document")
    return row


def _read(reason: str, day: str, lang: str) -> tuple[date | None, dict[str, str]]:
    errors: dict[str, str] = {}
    if not reason:
        errors["reason"] = t("documents.need_reason", lang)
    until = None
    if day:
        try:
            until = date.fromisoformat(day)
        except ValueError:
            errors["until"] = t("documents.bad_day", lang)
        if until is not None and until <= queries.today():
            errors["until"] = t("documents.day_after_today", lang)
    return until, errors
