"""The archive: what is erased when, what is held, and one old case found by its number with a reason."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from jumuishi.cases import queries
from jumuishi.cases.actions import archiving
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import words
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import bounded, clock
from jumuishi.kernel.numbers import group, normalise
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

OPENED = "cases.archive"
_KEPT_OPEN = 20


def is_opened(request: HttpRequest, case_id: UUID) -> bool:
    """Whether this session has said what for it opens an archived case."""
    return str(case_id) in request.session.get(OPENED, [])


@access(Officer)
def archive(request: HttpRequest) -> HttpResponse:
    """What falls due for erasing, soonest first, nothing being done; opening and holding by number."""
    actor, lang, message = actor_of(request), language(), ""
    thing = Thing("institution", actor.workplace, actor.workplace)
    identity.must(actor, "cases.archive.read", thing)
    sent = request.POST
    if request.method == "POST":
        try:
            return _do(request)
        except CaseError as error:
            message = t(error.code, lang)
    work = institutions.working_time(actor.workplace)
    today = timezone.localtime(clock.now()).date()
    page = bounded.page_of(queries.kept_until_by_day(actor), queries.PAGE, request.GET)
    holds = bounded.page_of(queries.holds_of(actor), queries.PAGE, request.GET, "shikilio")
    names = words.names_of(actor.workplace)
    context: dict[str, Any] = {
        "message": message,
        "number": sent.get("number", "")[:40],
        "reason": sent.get("reason", "")[:300],
        "done": t("cases.done", lang) if request.GET.get("done") else "",
        "may_hold": identity.may(actor, "cases.hold.change", thing),
        "page": page,
        "hold_page": holds,
        "rows": [
            {
                "number": group(one.reference),
                "service": one.service_name[lang],
                "outcome": t(f"cases.outcome_{one.outcome}", lang),
                "ended": words.at(one.ended_at, lang, work),
                "until": say_date(one.keep_until, lang) if one.keep_until else "",
                "is_over": one.keep_until is not None and one.keep_until < today,
                "held": one.is_held,
            }
            for one in page
        ],
        "holds": [
            {
                "id": one.id,
                "number": group(one.case.reference),
                "reason": one.reason,
                "who": names.get(one.put_by, ""),
                "at": words.at(one.put_at, lang, work),
            }
            for one in holds
        ],
    }
    return render(request, "cases/archive.html", context, status=422 if message else 200)


def _do(request: HttpRequest) -> HttpResponse:
    actor, sent, prefix = actor_of(request), request.POST, "/en" if language() == "en" else ""
    number, reason = normalise(sent.get("number", ""))[:16], sent.get("reason", "")
    if "lift" in sent:
        try:
            hold = UUID(sent["lift"])
        except ValueError as error:
            raise Http404 from error
        archiving.lift_hold(actor=actor, hold_id=hold, reason=reason)
    elif sent.get("do") == "hold":
        archiving.hold_case(actor=actor, reference=number, reason=reason)
    else:
        case_id = archiving.open_archived(actor=actor, reference=number, reason=reason)
        request.session[OPENED] = [*request.session.get(OPENED, []), str(case_id)][-_KEPT_OPEN:]
        return HttpResponseRedirect(f"{prefix}/ofisi/ombi/{case_id}/")
    return HttpResponseRedirect(f"{prefix}/ofisi/hifadhi/?done=1")
