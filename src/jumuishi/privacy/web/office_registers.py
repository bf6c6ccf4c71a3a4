"""The desk's registers: processing, who looked most, figures and the registration, the quarterly report."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jumuishi.channels import sheets as answers
from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_date, say_span
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.privacy import figures, lists, policies, queries, report
from jumuishi.privacy.actions import registers, reminding
from jumuishi.privacy.types import PrivacyError
from jumuishi.privacy.web.office import frame
from jumuishi.privacy.web.ways import at_desk, to

PAGE = 20
DAYS = (7, 30, 90)


def _guards(actor: Actor) -> bool:
    return policies.guards(actor, Thing("institution", actor.workplace, actor.workplace))


@access(Officer)
def register(request: HttpRequest) -> HttpResponse:
    """What is processed, what for, by what law, how long, who receives it; and a line of one's own."""
    actor, lang, error = at_desk(request), language(), ""
    said = {name: request.POST.get(name, "").strip() for name in lists.COLUMNS}
    if request.method == "POST":
        try:
            registers.add_processing(actor=actor, said=said)
            return to("/ofisi/faragha/rejesta/")
        except PrivacyError as refused:
            error = t(refused.code, lang)
    page = Paginator(lists.register(actor.workplace, lang), PAGE).get_page(request.GET.get("page"))
    fields = [
        {"name": one, "label": t(f"privacy.col_{one}", lang), "value": said[one], "optional": one == "receivers"}
        for one in lists.COLUMNS
    ]
    context = {**frame(actor, "register"), "rows": page.object_list, "page": page, "fields": fields, "error": error}
    context["may_act"] = _guards(actor)
    return render(request, "privacy/office_register.html", context, status=400 if error else 200)


@access(Officer)
@require_POST
def end_line(request: HttpRequest, processing_id: UUID) -> HttpResponse:
    """A line of one's own that holds no more."""
    registers.end_processing(actor=at_desk(request, "privacy.guard"), line_id=processing_id)
    return to("/ofisi/faragha/rejesta/")


@access(Officer)
def register_file(request: HttpRequest) -> HttpResponseBase:
    """The register as a file."""
    head, rows = lists.take_register(actor=at_desk(request), lang=language())
    return answers.answer("rejesta-ya-uchakataji", answers.kind_of(request.GET.get("f", "")), head, rows)


@access(Officer)
def lookers(request: HttpRequest) -> HttpResponse:
    """Who looked at personal data most, in the last days; counts only, no contents."""
    actor = at_desk(request)
    days = next((one for one in DAYS if str(one) == request.GET.get("siku")), DAYS[0])
    since = clock.now() - timedelta(days=days)
    rows = lists.lookers(actor.workplace, evidence.lookers(institution_id=actor.workplace, since=since))
    choices = [{"n": one, "current": one == days} for one in DAYS]
    context = {**frame(actor, "lookers"), "rows": rows, "days": days, "choices": choices}
    return render(request, "privacy/office_lookers.html", context)


@access(Officer)
def settings(request: HttpRequest) -> HttpResponse:
    """Figures with their sources, and the registration with the commission with its last day."""
    actor, lang, error = at_desk(request), language(), ""
    if request.method == "POST":
        try:
            _write(actor, request)
            return to("/ofisi/faragha/takwimu/")
        except PrivacyError as refused:
            error = t(refused.code, lang)
    found = queries.registration(actor.workplace)
    today = timezone.localtime(clock.now()).date()
    rows = [
        {"name": one.name, "label": t(f"privacy.figure_{one.name}", lang), "value": one.value, "source": one.source,
         "unit": t(f"privacy.unit_{one.unit}", lang), "span": say_span(one.value, one.unit, lang) if one.value else "",
         "checked": say_date(one.checked_on, lang, weekday=False) if one.checked_on else ""}
        for one in figures.figures_of(actor.workplace).values()
    ]  # fmt: skip
    context: dict[str, Any] = {**frame(actor, "figures"), "rows": rows, "error": error, "may_act": _guards(actor)}
    context |= {"registration": found, "typed": request.POST, "today": today.isoformat()}
    if found is not None:
        context["expires"] = say_date(found.expires_on, lang, weekday=False)
        context["is_over"], context["is_soon"] = found.expires_on < today, reminding.remind_from(found) <= today
    return render(request, "privacy/office_figures.html", context, status=400 if error else 200)


def _write(actor: Actor, request: HttpRequest) -> None:
    post = request.POST
    if post.get("do") == "registration":
        day = _day(post.get("registered_on", ""), "privacy.registration_wrong")
        registers.write_registration(actor=actor, number=post.get("number", ""), registered_on=day)
        return
    raw = post.get("value", "").strip()
    registers.set_figure(
        actor=actor, name=post.get("name", ""), value=int(raw) if raw.isdecimal() and len(raw) < 6 else 0,
        source=post.get("source", ""), checked_on=_day(post.get("checked_on", ""), "privacy.figure_wrong"),
    )  # fmt: skip


def _day(typed: str, code: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise PrivacyError(code) from error


@access(Officer)
def quarterly(request: HttpRequest) -> HttpResponseBase:
    """The report of a quarter on a page to print, or as a file."""
    actor, lang = at_desk(request), language()
    quarter = report.Quarter.parse(request.GET.get("robo", ""))
    if kind := request.GET.get("f", ""):
        head, rows = report.take_report(actor=actor, quarter=quarter, lang=lang)
        return answers.answer(f"pdpc-{quarter}", answers.kind_of(kind), head, rows)
    identity.must(actor, "privacy.desk", Thing("institution", actor.workplace, actor.workplace))
    context = {**frame(actor, "report"), "rows": report.lines(actor.workplace, quarter, lang), "quarter": quarter}
    context["others"] = [report.Quarter.parse(""), *_before(report.Quarter.parse(""), 4)]
    return render(request, "privacy/office_report.html", context)


def _before(quarter: report.Quarter, count: int) -> list[report.Quarter]:
    found = []
    for _ in range(count):
        quarter = quarter.before
        found.append(quarter)
    return found
