"""The authority's catalogue: which editions stand, what is proposed, approving by a second person, withdrawing."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.channels.context import add_desk
from jumuishi.definitions.types import Finding, StoryResult
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Authority, access, actor_of
from jumuishi.identity.types import Actor, ActorKind, Thing
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import authoring, surveys
from jumuishi.services.editions import UnknownEditionError, definition
from jumuishi.services.models import Edition, Proposal
from jumuishi.services.types import EditionRefusedError, SamePersonError, SettingRefusedError
from jumuishi.services.web import shown
from jumuishi.services.web.forms import ProposeForm, WithdrawForm

PAGE = 30


def show() -> None:
    """The entry in the office's navigation; called once, as the addresses are read."""
    add_desk(72, "services.editions", "/ofisi/matoleo/", lambda request: actor_of(request).kind is ActorKind.AUTHORITY)


def _to(path: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(("/en" if language() == "en" else "") + path)


def said(error: EditionRefusedError, lang: str) -> str:
    """Why an edition is refused."""
    return t(error.code, lang, **error.values)


def _publishes(actor: Actor) -> bool:
    return identity.may(actor, "services.edition.publish", Thing("edition", actor.workplace))


@access(Authority)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every edition of every service, newest first by service, what waits for a second person, and one's own."""
    actor, lang = actor_of(request), language()
    rows = Edition.objects.defer("files").order_by("service", "-number")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    waiting = Proposal.objects.filter(state=Proposal.State.OPEN).defer("files").order_by("created_at")
    mine = Proposal.objects.filter(author_id=actor.person_id, decided_at__isnull=False).defer("files")
    context = {
        "mine": [
            {"row": one, "at": _at(one.decided_at, lang), "state": t(f"services.proposal_{one.state}", lang)}
            for one in mine.order_by("-decided_at")[:5]
        ],
        "waiting": [{"row": one, "at": _at(one.created_at, lang), "by": _name(one.author_id)} for one in waiting[:50]],
        "rows": [
            {"row": one, "at": _at(one.created_at, lang), "withdrawn": one.withdrawn_at is not None} for one in page
        ],
        "page": page,
    }
    return render(request, "services/editions.html", context)


def _at(moment: Any, lang: str) -> str:
    return say_instant(moment, lang, settings.TIME_ZONE)


def _name(person_id: UUID | None) -> str:
    person = identity.person(person_id) if person_id else None
    return person.name if person else ""


@access(Authority)
def propose(request: HttpRequest) -> HttpResponse:
    """The author hands in service.yaml and its templates; what the check finds stands on the page."""
    actor, lang = actor_of(request), language()
    form = ProposeForm(request.POST or None, request.FILES or None, lang=lang)
    found: list[Finding] = []
    failed: list[StoryResult] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = authoring.propose_edition(actor=actor, files=form.package, note=form.cleaned_data["note"])
            return _to(f"/ofisi/matoleo/pendekezo/{made}/")
        except EditionRefusedError as error:
            form.add_error("stories" if error.code == "services.stories_needed" else None, said(error, lang))
            found, failed = list(error.findings), list(error.stories)
    context = {"form": form, "findings": shown.findings(found, lang), "stories": shown.stories(failed, lang)}
    return render(request, "services/edition_propose.html", context, status=422 if form.errors else 200)


@access(Authority)
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: what it changes, what that means for open cases, and the decision of a second person."""
    actor, lang, message, found = actor_of(request), language(), "", []
    row = Proposal.objects.filter(id=proposal_id).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        try:
            if (done := _act(request, actor, row)) is not None:
                return done
        except SamePersonError:
            message = t("services.second_approver", lang)
        except EditionRefusedError as error:
            message, found = said(error, lang), list(error.findings)
    row.refresh_from_db()
    is_open = row.state == Proposal.State.OPEN
    earlier = authoring.before(row.service) if is_open else None
    old = definition(earlier.hash).package if earlier else None
    checked = authoring.faults_of(row.files) if is_open else []
    try:
        new = definition(row.hash).package if is_open else None
    except UnknownEditionError:  # a later release reads it otherwise: only its author can mend that
        new = None
    survey = surveys.survey(actor=actor, service=row.service, edition_hash=row.hash, offering_id=None)
    context = {
        "row": row,
        "state": t(f"services.proposal_{row.state}", lang),
        "is_open": is_open,
        "seen": authoring.seen_of(row) if is_open else "",
        "at": _at(row.created_at, lang),
        "author": _name(row.author_id),
        "decided_by": _name(row.decided_by),
        "is_author": row.author_id == actor.person_id,
        "publishes": _publishes(actor),
        "earlier": earlier,
        "areas": shown.changes(old, new, lang) if new is not None else [],
        "reworded": [
            {"name": name, "label": label[lang], "said": name in row.same_meaning}
            for name, label in (authoring.reworded(earlier, row) if new is not None else {}).items()
        ],
        "stories": shown.stories(authoring.stories_of(row.files) if is_open else [], lang),
        "warnings": shown.findings([one for one in checked if one.is_warning], lang),
        "faults": shown.findings([one for one in checked if not one.is_warning], lang),
        "survey": shown.survey(survey, lang),
        "message": message,
        "findings": shown.findings(found, lang),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "services/edition_proposal.html", context, status=422 if message else 200)


def _act(request: HttpRequest, actor: Actor, row: Proposal) -> HttpResponse | None:
    do = request.POST.get("do", "")
    if do == "publish":
        made = authoring.publish_edition(actor=actor, proposal_id=row.id, seen=request.POST.get("seen", ""))
        return _to(f"/ofisi/matoleo/{made}/")
    if do == "refuse":
        authoring.refuse_edition(actor=actor, proposal_id=row.id, reason=request.POST.get("reason", ""))
    elif do == "same":
        authoring.say_same_meaning(actor=actor, proposal_id=row.id, fields=request.POST.getlist("same"))
    elif do == "survey":
        surveys.survey(actor=actor, service=row.service, edition_hash=row.hash, offering_id=None, begin=True)
    return _to(f"/ofisi/matoleo/pendekezo/{row.id}/")


@access(Authority)
def edition(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """An edition of the catalogue: what changed since the one before it, and whether it stands."""
    lang, row = language(), _edition(edition_id)
    earlier = Edition.objects.filter(service=row.service, number__lt=row.number).order_by("-number").first()
    before = definition(earlier.hash).package if earlier else None
    context = {
        "row": row,
        "at": _at(row.created_at, lang),
        "withdrawn_at": _at(row.withdrawn_at, lang) if row.withdrawn_at else "",
        "earlier": earlier,
        "areas": shown.changes(before, definition(row.hash).package, lang),
        "publishes": _publishes(actor_of(request)),
    }
    return render(request, "services/edition.html", context)


def _edition(edition_id: UUID) -> Edition:
    row = Edition.objects.filter(id=edition_id).defer("files").first()
    if row is None:
        raise Http404
    return row


@access(Authority)
def withdraw(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Withdraw an edition everywhere at once: a page that says what will happen."""
    actor, row = actor_of(request), _edition(edition_id)
    identity.must(actor, "services.edition.publish", Thing("edition", row.id))
    form = WithdrawForm(request.POST or None, lang=language())
    if request.method == "POST" and form.is_valid():
        try:
            authoring.withdraw_edition(actor=actor, edition_id=row.id, reason=form.cleaned_data["reason"])
            return _to(f"/ofisi/matoleo/{row.id}/")
        except SettingRefusedError as error:
            form.add_error("reason", t(error.code, language()))
    context = {"row": row, "form": form}
    return render(request, "services/edition_withdraw.html", context, status=422 if form.errors else 200)
