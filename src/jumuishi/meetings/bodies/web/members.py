"""Who sits in a body: the list with its empty seats, a member added, changed, ended, all from a sheet."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.bodies import queries, seating, sheet
from jumuishi.meetings.bodies.types import BodyRefusedError, WrongSheetError
from jumuishi.meetings.bodies.web.forms import EndForm, MemberForm, SheetForm, place_name, typed_member, uploaded
from jumuishi.meetings.bodies.web.frame import PAGE, answer, body_for, done, keeps, refuse, said, to
from jumuishi.meetings.models import Body, Contact, Member
from jumuishi.meetings.orders.words import role_name


@access(Officer)
@require_http_methods(["GET", "HEAD"])
def members(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """Who sits there today (`wote=1`: who ever did). Phones and letters only to who keeps the body."""
    actor, lang, everybody = actor_of(request), language(), request.GET.get("wote") == "1"
    body = body_for(request, body_id)
    found = queries.all_members(body) if everybody else queries.members_of(body)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    contacts = queries.contacts_of(people) if keeps(actor, body) else {}
    rows = [
        {
            "id": one.id, "name": one.name, "role": role_name(one.role, lang), "seat": one.seat,
            "place": place_name(one.place), "term": _term(one, lang), "why": one.ended_why,
            "is_known": one.person_id is not None, "contact": contacts.get(one.id),
        }
        for one in people
    ]  # fmt: skip
    context = {
        "rows": rows, "page": page, "everybody": everybody, "query": "wote=1" if everybody else "",
        "vacant": queries.vacancies(body), "n": page.paginator.count,
    }  # fmt: skip
    return answer(request, "members", context, body=body, way="members")


def _term(one: Member, lang: str) -> str:
    begins = say_date(one.from_on, lang, weekday=False)
    if one.until_on is None:
        return t("meetings.term_open", lang, begins=begins)
    return t("meetings.term", lang, begins=begins, ends=say_date(one.until_on, lang, weekday=False))


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """Seat somebody."""
    actor = actor_of(request)
    body = body_for(request, body_id, "meetings.body.keep")
    form = MemberForm(
        request.POST if request.method == "POST" else None, lang=language(),
        officers=institutions.people_in(actor.workplace), initial={"language": "sw"},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            seating.add_member(actor=actor, body_id=body.id, said=form.said())
            return done(request, f"{body_id}/wajumbe/", "meetings.member_added", name=form.cleaned_data["name"])
        except BodyRefusedError as error:
            refuse(form, error)
    return answer(request, "member_form", {"form": form, "member": None}, body=body, way="members")


def _member(body: Body, member_id: UUID) -> Member:
    found = Member.objects.filter(id=member_id, body=body, institution_id=body.institution_id).first()
    if found is None:
        raise Http404
    return found


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, body_id: UUID, member_id: UUID) -> HttpResponse:
    """Correct what is known of one."""
    actor = actor_of(request)
    body = body_for(request, body_id, "meetings.body.keep")
    row = _member(body, member_id)
    form = MemberForm(
        request.POST if request.method == "POST" else None, lang=language(),
        officers=institutions.people_in(actor.workplace),
        initial=typed_member(seating.said_of(row, Contact.objects.get(member=row))),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            seating.change_member(actor=actor, member_id=row.id, said=form.said())
            return done(request, f"{body_id}/wajumbe/", "meetings.member_changed", name=form.cleaned_data["name"])
        except BodyRefusedError as error:
            refuse(form, error)
    return answer(request, "member_form", {"form": form, "member": row}, body=body, way="members")


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, body_id: UUID, member_id: UUID) -> HttpResponse:
    """The day and the reason, and the button."""
    actor = actor_of(request)
    body = body_for(request, body_id, "meetings.body.keep")
    row = _member(body, member_id)
    form = EndForm(request.POST if request.method == "POST" else None, lang=language())
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["on"] is None:
                raise BodyRefusedError("meetings.bad_day", "on")
            seating.end_term(
                actor=actor, member_id=row.id, on=form.cleaned_data["on"], why=form.cleaned_data["why"]
            )  # fmt: skip
            return done(request, f"{body_id}/wajumbe/", "meetings.term_ended", name=row.name)
        except BodyRefusedError as error:
            refuse(form, error)
    return answer(request, "member_end", {"form": form, "member": row}, body=body, way="members")


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """A sheet of members: all of it, or what is wrong in which line."""
    actor, lang, lines = actor_of(request), language(), []
    body = body_for(request, body_id, "meetings.body.keep")
    if not keeps(actor, body):
        return to(f"{body_id}/")
    posted = request.method == "POST"
    form = SheetForm(request.POST if posted else None, request.FILES if posted else None, lang=lang)
    if posted and form.is_valid():
        try:
            text = uploaded(form, "sheet")
            new_ones, there = sheet.import_members(actor=actor, body_id=body.id, text=text)
            return done(request, f"{body_id}/wajumbe/", "meetings.sheet_taken", n=new_ones, there=there)
        except BodyRefusedError as error:
            refuse(form, error)
        except WrongSheetError as error:
            lines = [
                {"line": line, "why": said(BodyRefusedError(key, "", **given))} for line, key, given in error.errors
            ]
    columns = ",".join(both[0 if lang == "sw" else 1] for both in sheet.COLUMNS.values())
    context = {"form": form, "lines": lines, "columns": columns, "error": bool(lines)}
    return answer(request, "sheet", context, body=body, way="members")
