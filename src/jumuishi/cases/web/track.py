"""Tracking: by number alone the stage and nothing else; after a code, everything that is the person's."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases import tracking
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import words
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, access
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


@access(Everyone)
def track(request: HttpRequest) -> HttpResponse:
    """Ask for a number; wrong and absent look alike, and tries are bounded per number, phone and address."""
    lang = language()
    typed = request.POST.get("reference", request.GET.get("n", ""))[:40]
    context: dict[str, Any] = {"reference": typed, "phone": request.POST.get("phone", "")[:40]}
    if request.method != "POST" and not typed:
        return render(request, "cases/track.html", context)
    try:
        case = tracking.by_number(typed, context["phone"], identity.address_of(request))
    except CaseError as error:
        status = 429 if error.code == tracking.TOO_MANY else 404
        context["errors"] = [{"label": t("cases.number", lang), "text": t(error.code, lang), "url": "#f-reference"}]
        return render(request, "cases/track.html", context, status=status)
    home = institutions.institution(case.institution_id)
    work = institutions.working_time(case.institution_id)
    shown = {
        "headline": words.headline(case, lang),
        "service_name": case.service_name[lang],
        "institution": home.name[lang] if home else "",
        "case_number": group(case.reference),
        "reference": case.reference,
        "phone": context["phone"],
        "promised": words.at(case.promise_due_at, lang, work) if not case.outcome else "",
        "clock": "" if case.outcome else words.clock_words(case.promise_due_at, clock.now(), lang, work),
        "late": words.is_late(case, clock.now()),
        "promise": words.promise_line(case, lang, work),
        "complain": words.complain("", home.name[lang] if home else "", lang),
        "speak": words.speak(home, case),
    }
    return render(request, "cases/tracked.html", shown)
