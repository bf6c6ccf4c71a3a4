"""Looking at open cases for a newer edition: how many would move, need an answer, or stay; bounded in time, memory."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jumuishi.cases.models import Case
from jumuishi.cases.moving.judging import Judge, whys
from jumuishi.cases.moving.models import Move
from jumuishi.definitions.moving.types import Verdict
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, jobs, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.text import t
from jumuishi.services import public as services
from jumuishi.services.types import Survey

SYSTEM = tenancy.Principal.system()
CHUNK, MOST_GROUPS, EXAMPLES = 200, 60, 3
# While somebody waits for the page; in a job, before it hands over to the next one.
AT_ONCE, A_WHILE, OLD = 1.5, 20.0, timedelta(hours=1)


def open_cases(move: Move, home: UUID) -> QuerySet[Case]:
    """The open cases of an institution that are under another edition of the service, by id."""
    rows = Case.objects.filter(institution_id=home, service=move.service, outcome="", erased_at=None)
    if move.offering_id is not None:
        rows = rows.filter(offering_id=move.offering_id)
    return rows.exclude(edition_hash=move.edition_hash).order_by("id")


def begin(actor: Actor, *, service: str, edition_hash: str, offering_id: UUID | None) -> Move:
    """Look anew; what an earlier look found is forgotten. One that is under way is joined."""
    mine = Move.objects.filter(
        institution_id=actor.workplace, offering_id=offering_id, service=service, edition_hash=edition_hash,
        kind=Move.Kind.SURVEY,
    )  # fmt: skip
    running = mine.filter(state=Move.State.RUNNING, created_at__gt=clock.now() - OLD).first()
    if running is not None:
        _go_on(running.id)  # whatever became of its job
        return running
    with tenancy.acting_as(SYSTEM):
        mine.delete()
        move = Move.objects.create(
            id=new_id(), institution_id=actor.workplace, offering_id=offering_id, service=service,
            edition_hash=edition_hash, kind=Move.Kind.SURVEY, officer_id=actor.who, created_at=clock.now(),
        )  # fmt: skip
        move.all = sum(open_cases(move, home).count() for home in _homes(move))
        move.save(update_fields=["all"])
        if not look(move.id, AT_ONCE):
            _go_on(move.id)
    return Move.objects.get(id=move.id)


def _go_on(move_id: UUID) -> None:
    jobs.later_by_name("cases.move.look", lock=f"look:{move_id}", move_id=str(move_id))


def _homes(move: Move) -> list[UUID]:
    if move.offering_id is not None:
        return [move.institution_id]
    return sorted(one.id for one in institutions.approved())


def look(move_id: UUID, seconds: float) -> bool:
    """Go on with a look for about so long; whether it is done. Each chunk is kept before the next is begun."""
    until = time.monotonic() + seconds
    with tenancy.acting_as(SYSTEM):
        while True:
            with transaction.atomic():
                move = Move.objects.select_for_update().filter(id=move_id).first()
                if move is None or move.state == Move.State.DONE:
                    return True
                rows = list(_next(move))
                judge = Judge(move.edition_hash, clock.now(), is_look=True)
                for case in rows:
                    _count(move, case, judge.verdict(case), judge)
                if not rows:
                    move.state, move.finished_at = Move.State.DONE, clock.now()
                move.save()
            if time.monotonic() > until and move.state != Move.State.DONE:
                return False


def _next(move: Move) -> Iterator[Case]:
    """The next chunk of cases, institution after institution; the cursor is moved behind it."""
    homes = _homes(move)
    begun = move.cursor.get("home", "")
    for home in homes:
        if str(home) < begun:
            continue
        rows = open_cases(move, home)
        if str(home) == begun:
            rows = rows.filter(id__gt=UUID(move.cursor["case"]))
        found = list(rows[:CHUNK])
        if found:
            move.cursor = {"home": str(home), "case": str(found[-1].id)}
            yield from found
            return


def _count(move: Move, case: Case, found: Verdict, judge: Judge) -> None:
    move.seen += 1
    setattr(move, found.kind, getattr(move, found.kind) + 1)
    for one in whys(found, services.definition(case.edition_hash).package, judge.package):
        key = f"{one['kind']}:{one['code']}:{one['field'] or one['about'].get('sw', '')}"
        if key not in move.groups and len(move.groups) >= MOST_GROUPS:
            continue
        group = move.groups.setdefault(key, {**one, "n": 0, "refs": []})
        group["n"] += 1
        # The authority's look at the country names nobody's case.
        if move.offering_id is not None and len(group["refs"]) < EXAMPLES:
            group["refs"].append(case.reference)


def why_words(one: dict[str, Any], lang: str) -> str:
    """A reason or an ask in a sentence."""
    about = one["about"].get(lang) or next(iter(one["about"].values()), "")
    said = t(f"definitions.{one['kind']}_{one['code']}", lang).removesuffix(".")
    return f"{said}: {about}" if about else said


def survey(
    *, actor: Actor, service: str, edition_hash: str, offering_id: UUID | None, begin_anew: bool, lang: str
) -> Survey | None:
    """The last look of one's own institution, as services shows it."""
    if begin_anew:
        begin(actor, service=service, edition_hash=edition_hash, offering_id=offering_id)
    move = Move.objects.filter(
        institution_id=actor.workplace, offering_id=offering_id, service=service, edition_hash=edition_hash,
        kind=Move.Kind.SURVEY,
    ).order_by("-created_at").first()  # fmt: skip
    return as_survey(move, lang) if move else None


def as_survey(move: Move, lang: str) -> Survey:
    """A look or a move in the words of the page."""
    groups = sorted(move.groups.values(), key=lambda one: (one["kind"] != "cannot", -one["n"]))
    return Survey(
        state="looking" if move.state == Move.State.RUNNING else "ready",
        all=max(move.all, move.seen), seen=move.seen, safe=move.safe, ask=move.ask, cannot=move.cannot,
        groups=tuple((one["kind"], why_words(one, lang), one["n"], tuple(one["refs"])) for one in groups),
        at=move.finished_at or move.created_at,
    )  # fmt: skip
