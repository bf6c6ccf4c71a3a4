"""How an institution keeps its word to those who speak: for everybody, and for its own desk with the list as a file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from jumuishi.channels import sheets
from jumuishi.feedback import figures
from jumuishi.feedback.actions.export import export_list
from jumuishi.feedback.actions.terms import set_terms
from jumuishi.feedback.actions.things import reader_of, terms_of
from jumuishi.feedback.queries import own_terms
from jumuishi.feedback.types import FeedbackError, Kind
from jumuishi.feedback.web import inbox, ways
from jumuishi.feedback.web.forms import TermsForm
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, Officer, access, actor_of
from jumuishi.identity.types import Thing
from jumuishi.institutions import public as institutions
from jumuishi.institutions.types import InstitutionRef
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_date, say_span
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


def _table(home: InstitutionRef) -> dict[str, Any]:
    lang, work = language(), institutions.working_time(home.id)
    found = figures.of_institution(home.id, clock.now())
    terms = terms_of(home.id)

    def row(kind: str) -> dict[str, Any] | None:
        one = found.get(kind)
        if one is None or not one.count:
            return None
        judged = one.solved + one.unsolved
        return {
            "name": t(f"feedback.kind_{kind}", lang) if kind else t("feedback.all_kinds", lang),
            "count": one.count, "open": one.open, "late": one.late, "answered": one.answered,
            "median": ways.say_taken(one.median_minutes, work, lang),
            "p90": ways.say_taken(one.p90_minutes, work, lang),
            "solved": t("feedback.solved_of", lang, n=one.solved, of=judged) if judged else "",
        }  # fmt: skip

    return {
        "home": home,
        "unknown": t("feedback.not_known", lang),
        "total": row(""),
        "rows": [one for one in map(row, Kind) if one is not None],
        "since": say_date(localtime(clock.now() - clock.seconds(figures.DAYS * 86400)).date(), lang, weekday=False),
        "terms": {
            "days": say_span(terms.days, "working_days", lang),
            "further": say_span(terms.further_days, "working_days", lang),
            "source": terms.source,
            "checked_on": say_date(terms.checked_on, lang, weekday=False),
            "is_own": terms.institution_id == home.id,
        }
        if terms
        else None,
    }


@access(Everyone)
@require_GET
def public(request: HttpRequest, slug: str) -> HttpResponse:
    """Counts and times of one institution; no words, no names."""
    home = institutions.institution_by_slug(slug)
    if home is None:
        raise Http404
    return render(request, "feedback/figures.html", _table(home))


@access(Officer)
@require_GET
def office(request: HttpRequest) -> HttpResponse:
    """The same for those who answer for it."""
    actor = actor_of(request)
    home = institutions.institution(actor.workplace)
    if home is None:
        raise Http404
    can_set = identity.may(actor, "feedback.terms.set", Thing("institution", home.id, home.id))
    return render(request, "feedback/office_figures.html", {**_table(home), "may_set": can_set})


@access(Officer)
def terms(request: HttpRequest) -> HttpResponse:
    """How soon we answer, by which source."""
    actor, lang = actor_of(request), language()
    thing = Thing("institution", actor.workplace, actor.workplace)
    identity.must(actor, "feedback.terms.set", thing)
    kept = own_terms(thing.id)
    known = {name: getattr(kept, name) for name in ("days", "further_days", "source", "checked_on")} if kept else {}
    form = TermsForm(request.POST or None, initial=known, lang=lang)
    status = 400 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            set_terms(actor=actor, institution_id=thing.id, **form.cleaned_data)
            return ways.to("/ofisi/mrejesho/takwimu/")
        except FeedbackError as error:
            form.add_error(None, t(error.code, lang))
    return render(request, "feedback/terms.html", {"form": form}, status=status)


@access(Officer)
@require_GET
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as it is filtered, as a file; with what was said only where that was asked for."""
    actor = actor_of(request)
    reader = reader_of(actor)
    wanted = inbox.wanted_of(request, is_desk=reader.is_desk)
    tomorrow = inbox.tomorrow_of(clock.now(), institutions.working_time(actor.workplace))
    head, rows = export_list(
        actor=actor, reader=reader, wanted=wanted, tomorrow=tomorrow, lang=language(),
        with_words=request.GET.get("maneno") == "1",
    )  # fmt: skip
    return sheets.answer("mrejesho", sheets.kind_of(kind), head, rows)
