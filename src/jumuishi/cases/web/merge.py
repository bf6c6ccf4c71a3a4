"""Two cases that may be one, side by side: which goes on, why, and what that will mean."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases import queries
from jumuishi.cases.actions import merging
from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.models import Case
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import office_page, words
from jumuishi.cases.web.ways import prefix, to
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime
from jumuishi.payments import public as payments


def _side(case: Case, lang: str, work: WorkingTime) -> dict[str, Any]:
    bills = payments.money_of_cases([case.id])[case.id].bills
    paid = next((str(one.paid) for one in reversed(bills) if one.paid.amount), "")
    return {
        "id": case.id,
        "url": f"{prefix()}/ofisi/ombi/{case.id}/",
        "number": group(case.reference),
        "title": case.title,
        "stage": case.stage_name[lang],
        "at": words.at(case.submitted_at, lang, work),
        "version": case.version,
        "paid": paid,
    }


@access(Officer)
def merge(request: HttpRequest, case_id: UUID, other_id: UUID) -> HttpResponse:
    """Choose which of the two goes on; the page says what becomes of the other."""
    actor, lang = actor_of(request), language()
    pair = [queries.case_for(one) for one in (case_id, other_id)]
    cases = [one for one in pair if one is not None and one.institution_id == actor.workplace]
    if len(cases) != 2:
        raise Http404
    post, message, status = request.POST, "", 200
    if request.method == "POST":
        goes_on = next((one for one in cases if str(one.id) == post.get("goes_on")), None)
        ends = next((one for one in cases if goes_on is not None and one.id != goes_on.id), None)
        seen = post.get(f"version-{ends.id}", "") if ends else ""
        try:
            if goes_on is None or ends is None:
                raise CaseError("cases.merge_which")
            merging.merge_cases(
                actor=actor, case_id=ends.id, into_id=goes_on.id, reason=post.get("reason", ""),
                version=int(seen) if seen.isdigit() else -1,
            )  # fmt: skip
        except CaseError as error:
            message, status = office_page.refusal(error, lang), 422
        else:
            return to(f"/ofisi/ombi/{goes_on.id}/?done=1")
    for one in cases:
        identity.must(actor, "cases.case.read", case_thing(one))
        identity.looked(actor, case_thing(one), "case")
    work = institutions.working_time(actor.workplace)
    context = {
        "sides": [_side(one, lang, work) for one in cases],
        "here": f"{prefix()}/ofisi/ombi/{case_id}/",
        "goes_on": post.get("goes_on", ""),
        "reason": post.get("reason", ""),
        "message": message,
        "heading": t("cases.merge", lang),
    }
    return render(request, "cases/merge.html", context, status=status)
