"""The office's page of moving: what would happen, the start by whoever may, how it goes, what came of each case."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases import jobs as own_jobs
from jumuishi.cases.models import Case
from jumuishi.cases.moving import actions, looking
from jumuishi.cases.moving.models import Move, MoveItem
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import words
from jumuishi.cases.web.ways import prefix, to
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import jobs
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import public as services
from jumuishi.services.types import OfferingRef

PAGE = 50


def _own(actor: Actor, offering_id: UUID) -> OfferingRef:
    ref = services.offering(offering_id)
    if ref is None or ref.institution_id != actor.workplace:
        raise Http404
    return ref


@access(Officer)
def moving(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """Open cases under earlier editions; a look at what a move would come to, and its start."""
    actor, lang, message = actor_of(request), language(), ""
    ref = _own(actor, offering_id)
    may = identity.may(actor, "cases.move.start", Thing("offering", ref.id, ref.institution_id))
    if request.method == "POST":
        identity.must(actor, "cases.move.start", Thing("offering", ref.id, ref.institution_id))
        try:
            return _act(request, actor, ref)
        except CaseError as error:
            message = t(error.code, lang)
    found = looking.survey(
        actor=actor, service=ref.service, edition_hash=ref.edition_hash, offering_id=ref.id, begin_anew=False, lang=lang
    )
    rows = Case.objects.filter(institution_id=ref.institution_id, service=ref.service, outcome="", offering_id=ref.id)
    by_edition = rows.exclude(edition_hash=ref.edition_hash).order_by().values("edition_hash").annotate(n=Count("id"))
    work = institutions.working_time(ref.institution_id)
    moves = Move.objects.filter(institution_id=ref.institution_id, offering_id=ref.id, kind=Move.Kind.MOVE)
    context: dict[str, Any] = {
        "offering": ref,
        "earlier": sorted(_number(one["edition_hash"], one["n"]) for one in by_edition),
        "survey": _survey(found, lang, work) if found else None,
        "may": may,
        "moves": [
            {"url": f"{prefix()}/ofisi/huduma/{ref.id}/hamisha/{one.id}/", "at": words.at(one.created_at, lang, work),
             "all": max(one.all, one.seen), "safe": one.safe, "running": one.state == Move.State.RUNNING}
            for one in moves.order_by("-created_at")[:20]
        ],
        "days": request.POST.get("days", "14"),
        "message": message,
    }  # fmt: skip
    return render(request, "cases/moving/office.html", context, status=422 if message else 200)


def _number(edition_hash: str, n: int) -> tuple[int, int]:
    edition = services.edition_by_hash(edition_hash)
    return (edition.number if edition else 0, n)


def _survey(found: Any, lang: str, work: Any) -> dict[str, Any]:
    """As services shows it, for the same fragment."""
    counts = (("safe", found.safe), ("ask", found.ask), ("cannot", found.cannot))
    return {
        "looking": found.state == "looking", "seen": found.seen, "all": found.all,
        "at": words.at(found.at, lang, work), "url": "",
        "counts": [{"n": n, "words": t(f"services.survey_{kind}", lang)} for kind, n in counts],
        "groups": [
            {"words": said, "n": n, "examples": [group(one) for one in refs]} for _, said, n, refs in found.groups
        ],
        "movable": found.safe + found.ask,
    }  # fmt: skip


def _act(request: HttpRequest, actor: Actor, ref: OfferingRef) -> HttpResponse:
    here = f"/ofisi/huduma/{ref.id}/hamisha/"
    if request.POST.get("do") == "survey":
        looking.begin(actor, service=ref.service, edition_hash=ref.edition_hash, offering_id=ref.id)
        return to(here)
    days = request.POST.get("days", "")
    seen = Move.objects.filter(
        institution_id=ref.institution_id, offering_id=ref.id, edition_hash=ref.edition_hash, kind=Move.Kind.SURVEY,
        state=Move.State.DONE,
    )  # fmt: skip
    if not seen.exists():
        raise CaseError("cases.move_look_first")
    made = actions.start_move(
        actor=actor, offering_id=ref.id, answer_days=int(days) if days.isdecimal() and len(days) < 4 else 0
    )
    jobs.later(own_jobs.move_cases, lock=f"move:{made}", move_id=str(made))
    return to(f"{here}{made}/")


@access(Officer)
def move(request: HttpRequest, offering_id: UUID, move_id: UUID) -> HttpResponse:
    """What came of each case."""
    actor, lang = actor_of(request), language()
    ref = _own(actor, offering_id)
    found = Move.objects.filter(
        id=move_id, institution_id=actor.workplace, offering_id=ref.id, kind=Move.Kind.MOVE
    ).first()
    if found is None:
        raise Http404
    items = found.items.select_related("case").order_by("state", "created_at")
    state = request.GET.get("hali", "")
    if state in MoveItem.State.values:
        items = items.filter(state=state)
    page = Paginator(items, PAGE).get_page(request.GET.get("page"))
    work = institutions.working_time(ref.institution_id)
    counts = found.items.order_by().values("state").annotate(n=Count("id"))
    context = {
        "offering": ref,
        "at": words.at(found.created_at, lang, work),
        "running": found.state == Move.State.RUNNING,
        "stopped": found.state == Move.State.STOPPED,
        "seen": found.seen,
        "all": max(found.all, found.seen),
        "counts": [
            {"state": one["state"], "n": one["n"], "words": t(f"cases.move_{one['state']}", lang)}
            for one in sorted(counts, key=lambda one: one["state"])
        ],
        "page": page,
        "query": f"hali={state}" if state in MoveItem.State.values else "",
        "rows": [
            {
                "url": f"{prefix()}/ofisi/ombi/{one.case_id}/",
                "title": one.case.title,
                "number": group(one.case.reference),
                "state": t(f"cases.move_{one.state}", lang),
                "late": one.state == MoveItem.State.CANNOT,
                "until": words.at(one.asked_until, lang, work) if one.state == MoveItem.State.ASKED else "",
                "why": [looking.why_words(why, lang) for why in one.why],
            }
            for one in page
        ],
    }
    return render(request, "cases/moving/move.html", context)
