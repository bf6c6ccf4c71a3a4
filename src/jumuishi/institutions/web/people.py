"""An institution's people: who works there in which roles, invitations, one person's post, units, lent roles."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import invitations, queries, staff
from jumuishi.institutions.models import Appointment
from jumuishi.institutions.roles import known_roles, role_words
from jumuishi.institutions.types import InstitutionError
from jumuishi.institutions.web.forms import Choices, DelegateForm, HandOverForm, PostForm, StaffForm, UnitForm
from jumuishi.institutions.web.ways import back_here, told
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE = 50


def _leads(actor: Actor) -> bool:
    home = actor.workplace
    return identity.may(actor, "institutions.staff.manage", Thing("institution", home, home))


def _must_lead(actor: Actor) -> None:
    home = actor.workplace
    identity.must(actor, "institutions.staff.manage", Thing("institution", home, home))


def _units(home: UUID, lang: str) -> Choices:
    tree = queries.unit_tree(home)
    return [("", t("institutions.no_unit", lang)), *((str(u.id), "\u2003" * depth + u.name[lang]) for u, depth in tree)]


@access(Officer)
def people(request: HttpRequest) -> HttpResponse:
    """Who works here: name, title, roles in words, unit, and how far the account is. Searched and paged."""
    actor, lang = actor_of(request), language()
    home, q = actor.workplace, request.GET.get("q", "").strip()[:80]
    page = Paginator(queries.staff_rows(home, q), PAGE).get_page(request.GET.get("page"))
    leads, known = _leads(actor), known_roles(home)
    units = {unit.id: unit.name[lang] for unit, _ in queries.unit_tree(home)} if any(p.unit_id for p in page) else {}
    standing = identity.standings(post.person_id for post in page) if leads else {}
    rows = [
        {
            "post": post,
            "roles": role_words(post.roles, known, lang),
            "unit": units.get(post.unit_id) if post.unit_id else "",
            "standing": standing.get(post.person_id),
            "later": post.from_on > queries.today(),
        }
        for post in page
    ]
    recoveries = identity.open_recoveries(actor) if leads else []
    context = {
        "page": page,
        "rows": rows,
        "q": q,
        "query": f"q={q}" if q else "",
        "leads": leads,
        "is_head": actor.has("head"),
        "told": told(request),
        "recoveries": [{"row": one, "mine": one.asked_by == actor.person_id} for one in recoveries],
    }
    return render(request, "institutions/people.html", context)


@access(Officer)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody into a post; the link goes to that person's mailbox alone."""
    actor, lang = actor_of(request), language()
    _must_lead(actor)
    form = StaffForm(request.POST or None, lang=lang, initial={"roles": request.GET.getlist("role")})
    _offer(form, actor.workplace, lang, head=False)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            invitations.invite_staff(
                actor=actor, name=given["name"], email=given["email"], from_on=given["from_on"], **form.post()
            )
        except InstitutionError as error:
            form.add_error(None, t(error.code, lang))
        else:
            return back_here(request, "institutions.told_sent", "/ofisi/watu/")
    return render(request, "institutions/invite.html", {"form": form}, status=422 if form.errors else 200)


def _offer(form: PostForm, home: UUID, lang: str, *, head: bool) -> None:
    roles = [(role, name[lang]) for role, name in known_roles(home).items() if head or role != "head"]
    form.offer("roles", roles)
    form.offer("unit", _units(home, lang))


def _post(actor: Actor, appointment_id: UUID) -> Appointment:
    found = queries.staff_rows(actor.workplace).filter(id=appointment_id).first()
    if found is None:
        raise Http404
    return found


@access(Officer)
def person(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """One person's post: change it, send the invitation again or withdraw it, let enrol again, end it."""
    actor, lang = actor_of(request), language()
    _must_lead(actor)
    post = _post(actor, appointment_id)
    do, message = request.POST.get("do", ""), ""
    before = {
        "title_sw": post.title["sw"], "title_en": post.title["en"], "roles": post.roles,
        "unit": str(post.unit_id or ""), "until_on": post.until_on,
    }  # fmt: skip
    form = PostForm(request.POST if do == "change" else None, lang=lang, initial=before)
    _offer(form, actor.workplace, lang, head=False)
    if "head" in post.roles:
        form.fields["roles"].required = False
    if request.method == "POST" and (do != "change" or form.is_valid()):
        try:
            said = _act(request, actor, post, do, form.post() if do == "change" else {})
        except InstitutionError as error:
            message = t(error.code, lang)
        else:
            return back_here(request, said, "/ofisi/watu/" if do in ("end", "withdraw", "recover") else "")
    known = known_roles(actor.workplace)
    context = {
        "post": post,
        "roles": role_words(post.roles, known, lang),
        "standing": identity.standings([post.person_id]).get(post.person_id),
        "refusals": identity.refusals_in_words(post.person_id, lang),
        "is_me": post.person_id == actor.person_id,
        "is_head": "head" in post.roles,
        "form": form,
        "message": message,
        "told": told(request),
    }
    return render(request, "institutions/person.html", context, status=422 if message or form.errors else 200)


def _act(request: HttpRequest, actor: Actor, post: Appointment, do: str, given: dict[str, Any]) -> str:
    """Do what the button says; returns the key of what is told afterwards."""
    reason = request.POST.get("reason", "").strip()
    if do == "change":
        staff.change_post(actor=actor, appointment_id=post.id, **given)
        return "institutions.told_kept"
    if do == "again":
        sent = invitations.invite_staff_again(actor=actor, appointment_id=post.id)
        return "institutions.told_sent" if sent else "institutions.told_enrolled"
    if do == "withdraw":
        invitations.withdraw_staff_invitation(actor=actor, appointment_id=post.id)
        return "institutions.told_withdrawn"
    if do == "recover":
        if not reason:
            raise InstitutionError("institutions.err_reason")
        identity.ask_recovery(actor=actor, person_id=post.person_id, reason=reason)
        return "institutions.told_recovery_first"
    if do == "end":
        staff.end_appointment(actor=actor, appointment_id=post.id, reason=reason)
        return "institutions.told_ended"
    raise Http404


@access(Officer)
def recover(request: HttpRequest, recovery_id: UUID) -> HttpResponse:
    """The second of two people lets an officer enrol again."""
    actor = actor_of(request)
    if request.method == "POST":
        identity.approve_recovery(actor=actor, recovery_id=recovery_id)
        return back_here(request, "institutions.told_recovered", "/ofisi/watu/")
    waiting = next((one for one in identity.open_recoveries(actor) if one.id == recovery_id), None)
    if waiting is None:
        raise Http404
    context = {"row": waiting, "mine": waiting.asked_by == actor.person_id}
    return render(request, "institutions/recover.html", context)


@access(Officer)
def lend(request: HttpRequest) -> HttpResponse:
    """Lend one's own roles for a time; what is lent now, and taking it back."""
    actor, lang = actor_of(request), language()
    home, do = actor.workplace, request.POST.get("do", "")
    known, colleagues = known_roles(home), queries.people_in(home)
    form = DelegateForm(request.POST if do == "lend" else None, lang=lang, initial={"from_on": queries.today()})
    others = [one for one in colleagues if one.person_id != actor.person_id]
    form.offer("to_person", [(str(one.person_id), f"{one.name}, {one.title[lang]}") for one in others])
    own = queries.own_roles(home, actor.who)
    form.offer("lent", [(role, known[role][lang] if role in known else role) for role in sorted(own)])
    message = ""
    if request.method == "POST" and (do != "lend" or form.is_valid()):
        try:
            if do == "lend":
                given = form.cleaned_data
                staff.delegate(
                    actor=actor, to_person=UUID(given["to_person"]), roles=given["lent"],
                    from_on=given["from_on"], until_on=given["until_on"],
                )  # fmt: skip
            else:
                staff.end_delegation(actor=actor, delegation_id=UUID(request.POST.get("delegation", "")))
        except ValueError as error:
            raise Http404 from error
        except InstitutionError as error:
            message = t(error.code, lang)
        else:
            return back_here(request, "institutions.told_kept")
    names, leads = {one.person_id: one.name for one in colleagues}, _leads(actor)
    rows = [
        {
            "row": one, "from": names.get(one.from_person, "–"), "to": names.get(one.to_person, "–"),
            "roles": role_words(one.roles, known, lang), "mine": leads or one.from_person == actor.person_id,
        }
        for one in queries.delegations_in(home, None if leads else actor.who)
    ]  # fmt: skip
    context = {"form": form, "rows": rows, "message": message, "told": told(request), "has_roles": bool(own)}
    return render(request, "institutions/lend.html", context, status=422 if message or form.errors else 200)


@access(Officer)
def hand_over(request: HttpRequest) -> HttpResponse:
    """The head leaves, and a colleague takes over: a page that says what will happen."""
    actor, lang = actor_of(request), language()
    identity.must(actor, "institutions.head.hand_over", Thing("institution", actor.workplace, actor.workplace))
    form = HandOverForm(request.POST or None, lang=lang, initial=_title_of(actor))
    others = [one for one in queries.people_in(actor.workplace) if one.person_id != actor.person_id]
    form.offer("successor", [(str(one.person_id), f"{one.name}, {one.title[lang]}") for one in others])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        title = {"sw": given["title_sw"], "en": given["title_en"]}
        try:
            staff.hand_over(actor=actor, to_person=UUID(given["successor"]), title=title)
        except InstitutionError as error:
            form.add_error(None, t(error.code, lang))
        else:
            return back_here(request, path="/ofisi/wadhifa/")
    known = known_roles(actor.workplace)
    roles = role_words(queries.own_roles(actor.workplace, actor.who), known, lang)
    context = {"form": form, "roles": roles, "others": others}
    return render(request, "institutions/hand_over.html", context, status=422 if form.errors else 200)


def _title_of(actor: Actor) -> dict[str, str]:
    title = next((p.title for p in queries.people_in(actor.workplace) if p.person_id == actor.person_id), {})
    return {"title_sw": title.get("sw", ""), "title_en": title.get("en", "")}


@access(Officer)
def units(request: HttpRequest) -> HttpResponse:
    """The tree of units and offices, with how many work in each; add one."""
    actor, lang = actor_of(request), language()
    home, leads = actor.workplace, _leads(actor)
    form = UnitForm(request.POST or None, lang=lang)
    form.offer("parent", _units(home, lang))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        name = {"sw": given["name_sw"], "en": given["name_en"]}
        parent = UUID(given["parent"]) if given["parent"] else None
        staff.add_unit(actor=actor, institution_id=home, name=name, parent_id=parent)
        return back_here(request, "institutions.told_kept")
    counts: dict[UUID | None, int] = {}
    for unit_id in queries.staff_rows(home).values_list("unit_id", flat=True):
        counts[unit_id] = counts.get(unit_id, 0) + 1
    rows = [
        {"name": unit.name, "id": unit.id, "people": counts.get(unit.id, 0), "depth": min(depth, 4)}
        for unit, depth in queries.unit_tree(home)
    ]
    context = {"rows": rows, "form": form, "leads": leads, "told": told(request)}
    return render(request, "institutions/units.html", context, status=422 if form.errors else 200)
