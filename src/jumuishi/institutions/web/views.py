"""The public's pages: approved institutions, one of them, and the way to join."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.identity.doors import Everyone, access, actor_of
from jumuishi.institutions import actions, queries
from jumuishi.institutions.types import InstitutionError
from jumuishi.institutions.web.forms import LETTER_LIMIT, JoinForm
from jumuishi.kernel import files
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE = 20


@access(Everyone)
def listing(request: HttpRequest) -> HttpResponse:
    """Approved institutions, searched and paged."""
    q = request.GET.get("q", "").strip()[:80]
    page = Paginator(queries.approved_rows(q), PAGE).get_page(request.GET.get("page"))
    return render(request, "institutions/list.html", {"page": page, "q": q, "query": f"q={q}" if q else ""})


@access(Everyone)
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One approved institution; one that waits looks like one that is not there."""
    found = queries.institution_by_slug(slug)
    if found is None:
        raise Http404
    lang = language()
    work = queries.working_time(found.id)
    week = [
        {"day": t(f"institutions.day_{day}", lang), "spans": [f"{a:%H:%M}-{b:%H:%M}" for a, b in spans]}
        for day, spans in sorted(work.hours.items())
    ]
    context = {
        "institution": found,
        "kind": t(f"institutions.kind_{found.kind}", lang),
        "week": week,
        "holidays": queries.holidays_of(found.id),
    }
    return render(request, "institutions/detail.html", context)


@access(Everyone)
def join(request: HttpRequest) -> HttpResponse:
    """Ask to be let in."""
    lang = language()
    form = JoinForm(request.POST or None, request.FILES or None, lang=lang)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        stored = files.put(given["letter"].chunks(), LETTER_LIMIT)
        try:
            actions.ask_to_join(
                actor=actor_of(request), kind=given["kind"], name={"sw": given["name_sw"], "en": given["name_en"]},
                domain=given["domain"], contact_name=given["contact_name"], contact_email=given["contact_email"],
                contact_phone=given["contact_phone"], letter_file=stored.id,
            )  # fmt: skip
        except InstitutionError as error:
            files.drop(stored.id)
            form.add_error(None, t(error.code, lang))
        else:
            sent = {"heading": t("institutions.sent_title", lang), "body": t("institutions.sent_body", lang)}
            return render(request, "channels/message.html", sent)
    return render(request, "institutions/join.html", {"form": form}, status=422 if form.errors else 200)
