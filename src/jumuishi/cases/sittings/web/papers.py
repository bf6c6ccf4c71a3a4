"""Papers of a sitting: the agenda to print, confirming the record, the minutes, the extract of one case."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.models import Case, Item, Sitting
from jumuishi.cases.sittings import confirming, queries
from jumuishi.cases.sittings.policies import sitting_thing
from jumuishi.cases.sittings.web.common import attempt, done, entered, page
from jumuishi.cases.sittings.web.sitting import head_of, rows_of
from jumuishi.cases.web import words
from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.doors import KnownPerson, Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


def _printed(request: HttpRequest, sitting: Sitting, lang: str) -> str:
    """By whom and when a paper was printed."""
    work = institutions.working_time(sitting.institution_id)
    return t("cases.sit_printed", lang, who=actor_of(request).name, at=words.at(clock.now(), lang, work))


def _record(sitting: Sitting, lang: str) -> dict[str, Any]:
    """Who came, who did not, who presided, recorded and confirmed; each item with its outcome."""
    seats, work = queries.seats_of(sitting), institutions.working_time(sitting.institution_id)
    people = [UUID(one) for one in sitting.present]
    offices = filter(None, (sitting.recorded_by, sitting.confirmed_by))
    names = seats | {one.id: one.name for one in identity.people(offices).values()}
    items = [one for one in queries.items_of(sitting) if one.state != Item.State.LEFT_OUT]
    return {
        "s": head_of(sitting, lang),
        "rows": rows_of(sitting, items, lang),
        "present": [names.get(one, "") for one in people],
        "absent": [name for one, name in seats.items() if one not in people],
        "presided": names.get(sitting.presided_by, "") if sitting.presided_by else "",
        "quorum": sitting.quorum,
        "recorded": names.get(sitting.recorded_by, "") if sitting.recorded_by else "",
        "recorded_at": words.at(sitting.recorded_at, lang, work),
        "confirmed": names.get(sitting.confirmed_by, "") if sitting.confirmed_by else "",
        "confirmed_at": words.at(sitting.confirmed_at, lang, work),
    }


@access(Officer)
def agenda(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """The agenda on paper. It names applicants: the look at each case is journalled."""
    sitting, lang = entered(request, sitting_id), language()
    items = [one for one in queries.items_of(sitting) if one.state != Item.State.LEFT_OUT]
    _look(request, items, "agenda")
    context = {"s": head_of(sitting, lang), "rows": rows_of(sitting, items, lang),
               "printed": _printed(request, sitting, lang)}  # fmt: skip
    return page(request, "agenda", context)


def _verb(verb: str) -> str:
    """The text of an entry: its last word, but for two that share one."""
    if verb == "cases.agenda.record":
        return "cases.sit_verb_record_item"
    return f"cases.sit_verb_{verb.rpartition('.')[2]}"


def _look(request: HttpRequest, items: list[Item], what: str) -> None:
    actor = actor_of(request)
    for case in Case.objects.filter(id__in=[one.case_id for one in items]):
        identity.looked(actor, case_thing(case), what)


@access(Officer)
def minutes(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """What was resolved, with the number of each entry in the journal."""
    sitting, lang = entered(request, sitting_id), language()
    if sitting.state not in (Sitting.State.RECORDED, Sitting.State.CONFIRMED):
        raise Http404
    _look(request, queries.items_of(sitting), "minutes")
    entries = evidence.history(thing_kind="sitting", thing_id=sitting_thing(sitting).id)
    work = institutions.working_time(sitting.institution_id)
    proof = [
        {"at": words.at(one.at, lang, work), "verb": t(_verb(one.verb), lang), "id": one.journal_id} for one in entries
    ]
    context = {**_record(sitting, lang), "proof": proof, "printed": _printed(request, sitting, lang)}
    return page(request, "minutes", context)


@access(Officer)
def confirm(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Who presided reads the record and confirms it, or sends it back saying why."""
    sitting, actor, lang = entered(request, sitting_id), actor_of(request), language()
    here, message, reason = f"/ofisi/vikao/{sitting_id}/", "", request.POST.get("reason", "").strip()
    mine = [one for one in queries.items_of(sitting)
            if one.state == Item.State.RECORDED and confirming.may_confirm(actor, sitting, one)]  # fmt: skip
    if request.method == "POST" and request.POST.get("do") == "return":
        message = attempt(lambda: confirming.return_record(actor=actor, sitting_id=sitting_id, reason=reason))
        if not message:
            return done(request, here, "cases.sit_done_return")
    elif request.method == "POST":
        if not mine:
            return done(request, here, "cases.sit_done_confirm")
        for one in mine:
            # Each case in a transaction of its own: one that can't be decided holds up no other.
            message = message or attempt(
                lambda one=one: confirming.confirm_item(  # type: ignore[misc]  # bound now, not at the end
                    actor=actor, sitting_id=sitting_id, item_id=one.id
                )
            )
        if not message:
            return done(request, here, "cases.sit_done_confirm")
    if not mine and not message:
        raise Http404
    _look(request, mine, "minutes")
    is_whole = actor.person_id == sitting.presided_by
    context = {**_record(sitting, lang), "mine": {one.id for one in mine}, "typed": reason, "is_whole": is_whole}
    return page(request, "confirm", context, message)


@access(KnownPerson)
def extract(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What sittings resolved on my case: the committee, the day, how many sat, the outcome and why."""
    actor, lang = actor_of(request), language()
    case = Case.objects.filter(id=case_id, person_id=actor.who).first()
    rows = queries.decided_of(case_id) if case is not None else []
    if case is None or not rows:
        raise Http404
    # A sitting is its institution's; of it the applicant is told what is said here.
    with tenancy.acting_as(tenancy.Principal.system()):
        held = {one.id: one for one in Sitting.objects.filter(id__in=[row.sitting_id for row in rows])}
        heads = {key: head_of(one, lang) for key, one in held.items()}
        found = {key: rows_of(one, [r for r in rows if r.sitting_id == key], lang) for key, one in held.items()}
        work = institutions.working_time(case.institution_id)
    context = {
        "case_id": case.id,
        "service_name": case.service_name[lang],
        "case_number": group(case.reference),
        "promise": words.promise_line(case, lang, work),
        "complain": words.complain("", next(iter(heads.values()))["home"], lang),
        "sittings": [
            {"s": heads[key], "rows": found[key], "present": len(one.present), "quorum": one.quorum}
            for key, one in held.items()
        ],
    }
    return page(request, "extract", context)
