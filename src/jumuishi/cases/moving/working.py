"""A move goes on where it stands, case by case, each in a transaction of its own, whoever calls and however often."""

import logging
import time
from uuid import UUID

from django.db import transaction

from jumuishi.cases.models import Case
from jumuishi.cases.moving import actions
from jumuishi.cases.moving.judging import Judge
from jumuishi.cases.moving.looking import A_WHILE, CHUNK, open_cases
from jumuishi.cases.moving.models import Move, MoveItem
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.appointments import appointments_of
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError, Thing
from jumuishi.kernel import clock, jobs, tenancy
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()
log = logging.getLogger(__name__)


def work(move_id: UUID, seconds: float = A_WHILE) -> None:
    """Move cases for about so long, then leave the rest to the next job; ends when none is left or it may not go on."""
    until = time.monotonic() + seconds
    with tenancy.acting_as(SYSTEM):
        while True:
            with transaction.atomic():
                move = Move.objects.filter(id=move_id, kind=Move.Kind.MOVE, state=Move.State.RUNNING).first()
                if move is None:
                    return
                actor = _officer(move)
                if actor is None or not actions.still_runs(move):
                    _finish(move, Move.State.STOPPED)
                    return
                rows = open_cases(move, move.institution_id)
                if "case" in move.cursor:
                    rows = rows.filter(id__gt=UUID(move.cursor["case"]))
                ids = list(rows.values_list("id", flat=True)[:CHUNK])
                if not ids:
                    _finish(move, Move.State.DONE)
                    return
                judge = Judge(move.edition_hash, clock.now())
            for case_id in ids:
                if not _one(move.id, case_id, actor, judge):
                    break
                if time.monotonic() > until:
                    jobs.later_by_name("cases.move.work", lock=f"move:{move_id}", move_id=str(move_id))
                    return


def _one(move_id: UUID, case_id: UUID, actor: Actor, judge: Judge) -> bool:
    """One case and how far the move has come, together or not at all; False where the move may not go on.

    One that fails stops no other, and is left where it is with that as its result.
    """
    with transaction.atomic():
        row = Move.objects.select_for_update().defer("groups").get(id=move_id)
        if row.state != Move.State.RUNNING:
            return False
        if str(case_id) <= row.cursor.get("case", ""):
            return True  # another worker has been here
        try:
            with transaction.atomic():
                kind = actions.move_case(actor=actor, move_id=move_id, case_id=case_id, judge=judge)
        except (NotAllowedError, CaseError):
            return False
        except Exception:
            log.exception("case %s could not be moved", case_id)
            kind = _failed(row, case_id)
        row.cursor = {"case": str(case_id)}
        row.seen += 1
        column = {"moved": "safe", "asked": "ask"}.get(kind, "cannot")
        setattr(row, column, getattr(row, column) + 1)
        row.save(update_fields=["cursor", "seen", column])
    return True


def _failed(move: Move, case_id: UUID) -> str:
    case = Case.objects.only("institution_id", "person_id", "edition_hash").get(id=case_id)
    MoveItem.objects.create(
        id=new_id(), institution_id=case.institution_id, person_id=case.person_id, move=move, case=case,
        from_hash=case.edition_hash, to_hash=move.edition_hash, state=MoveItem.State.CANNOT,
        why=[{"kind": "cannot", "code": "fault", "field": "", "about": {}}],
        created_at=clock.now(), settled_at=clock.now(),
    )  # fmt: skip
    return str(MoveItem.State.CANNOT)


def _finish(move: Move, state: str) -> None:
    Move.objects.filter(id=move.id).update(state=state, finished_at=clock.now())


def _officer(move: Move) -> Actor | None:
    """The officer in the post and roles of now; None where who began may not move cases any more."""
    post = next((one for one in appointments_of(move.officer_id) if one.id == move.appointment_id), None)
    if post is None or move.offering_id is None:
        return None
    actor = Actor(ActorKind.OFFICER, move.officer_id, post.institution_id, post.roles, post.id)
    thing = Thing("offering", move.offering_id, move.institution_id)
    return actor if identity.may(actor, "cases.move.start", thing) else None
