"""What happens by itself: expiries, due times that pass, money that arrives, holidays that move what is due."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jumuishi.cases import effects, engine, messages
from jumuishi.cases.actions.things import SYSTEM, case_thing, locked, run
from jumuishi.cases.models import Case
from jumuishi.definitions.machine import public as machine
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.text import t


@identity.action("cases.clock.turn")
def turn_clock(*, actor: Actor, case_id: UUID) -> int:
    """Let everything elapse that is due by now, in the order in which it fell due; returns how many did."""
    case = locked(case_id, None)
    identity.must(actor, "cases.clock.turn", case_thing(case))
    turned = 0
    while turned < 20:
        due = [one for at, one in machine.next_elapses(engine.state_of(case)) if at <= clock.now()]
        if not due:
            break
        act = due[0]
        run(case, act, actor=actor, said={"elapse": act.what, "visit": act.visit})
        turned += 1
    if not turned:
        # Somebody acted between the sweep's look and the lock: nothing is due any more.
        identity.record(actor, case_thing(case), after={"elapse": "nothing"})
    return turned


@identity.action("cases.clock.reckon")
def reckon_anew(*, actor: Actor, case_id: UUID, at: datetime | None = None) -> bool:
    """Count a case's due times again, after a day off was announced or hours changed; both sides are told what moved.

    Returns whether the promise to the applicant moved.
    """
    case = locked(case_id, None)
    identity.must(actor, "cases.clock.turn", case_thing(case))
    frame = engine.frame_of(case)
    before = case.promise_due_at
    now = at or clock.now()
    outcome = machine.recompute(engine.state_of(case), engine.context(frame, now=now, actor=None))
    with tenancy.acting_as(SYSTEM):
        engine.take_state(case, frame, outcome.state)
        case.save()
        if outcome.effects:
            effects.perform(case, frame, outcome, actor=actor)
            # Both sides read it on their page of the case; the applicant, who does not look every day, by SMS too.
            effects.write_note(case, actor, "moved", t("cases.note_moved", case.language))
            messages.tell_moved(case)
    identity.record(
        actor,
        case_thing(case),
        before={"promise": before},
        after={"promise": case.promise_due_at, "state": digest(case.state)},
    )
    return case.promise_due_at != before


def due_cases(now: datetime, limit: int = 10_000) -> list[UUID]:
    """Cases of which some clock has run out, the longest overdue first."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        rows = Case.objects.filter(next_clock_at__lte=now).order_by("next_clock_at")
        return list(rows.values_list("id", flat=True)[:limit])
