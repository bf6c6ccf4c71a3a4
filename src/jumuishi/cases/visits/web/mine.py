"""The applicant's side: choose an hour, another one, or give it back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases.models import Case
from jumuishi.cases.types import CaseError
from jumuishi.cases.visits import actions, queries
from jumuishi.cases.visits.web.hours import choices, in_words, parsed
from jumuishi.cases.web import office_page, words
from jumuishi.cases.web.ways import to
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


def open_visit(case: Case, lang: str) -> dict[str, Any] | None:
    """What the page of my case says of a visit: the newest, where it is open or was missed and the case goes on."""
    newest = None if case.outcome else next(iter(queries.visits_of_case(case.id)), None)
    if newest is None or newest.state not in (*queries.OPEN, "missed"):
        return None
    return in_words(newest, queries.desk_of(newest), lang)


@access(KnownPerson)
def visit(request: HttpRequest, case_id: UUID, visit_id: UUID) -> HttpResponse:
    """My visit: what for, until when to choose, the hours that are free."""
    actor, lang, message = actor_of(request), language(), ""
    case = Case.objects.filter(id=case_id, person_id=actor.who).first()
    found = next((one for one in queries.visits_of_case(case_id) if one.id == visit_id), None) if case else None
    if case is None or found is None:
        raise Http404
    if request.method == "POST":
        starts = parsed(request.POST.get("at", ""))
        try:
            if request.POST.get("do") == "cancel":
                actions.cancel_visit(actor=actor, visit_id=visit_id)
                return to(f"/maombi/{case_id}/miadi/{visit_id}/")
            if starts is None:
                raise CaseError("cases.visit_choose_hour")
            actions.book_visit(actor=actor, visit_id=visit_id, starts_at=starts)
        except CaseError as error:
            message = office_page.refusal(error, lang)
        else:
            return to(f"/maombi/{case_id}/")
        found.refresh_from_db()
    desk, home = queries.desk_of(found), institutions.institution(case.institution_id)
    said = in_words(found, desk, lang)
    shows = found.state in queries.OPEN and said["may_change"]
    context = {
        "v": said,
        "message": message,
        "errors": [{"label": t("cases.visit_hours", lang), "text": message, "url": "#saa"}] if message else [],
        "service_name": case.service_name[lang],
        "institution": home.name[lang] if home else "",
        "case_id": case_id,
        "case_number": group(case.reference),
        "promise": words.promise_line(case, lang, institutions.working_time(case.institution_id)),
        "complain": words.complain("", home.name[lang] if home else "", lang),
        **(choices(desk, request.GET, lang) if shows else {"days": []}),
    }
    return render(request, "cases/visits/mine.html", context, status=400 if message else 200)
