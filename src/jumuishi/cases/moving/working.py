"""A move goes on where it stands, case by case, each in a transaction of its own, whoever calls and however often."""

import logging
import time
from uuid import UUID

from django.db import transaction

from jumuishi.cases.moving import actions
from jumuishi.cases.moving.looking import A_WHILE, CHUNK, open_cases
from jumuishi.cases.moving.models import Move, MoveItem
from jumuishi.identity.appointments import appointments_of
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel import clock, jobs, tenancy

SYSTEM = tenancy.Principal.system()
log = logging.getLogger(__name__)


def work(move_id: UUID, seconds: float = A_WHILE) -> None:
    """Move cases for about so long, then leave the rest to the next job; ends when none is left."""
    until = time.monotonic() + seconds
    with tenancy.acting_as(SYSTEM):
        while True:
            with transaction.atomic():
                move = Move.objects.filter(id=move_id, kind=Move.Kind.MOVE, state=Move.State.RUNNING).first()
                if move is None:
                    return
                actor = _officer(move)
                rows = open_cases(move, move.institution_id)
                if "case" in move.cursor:
                    rows = rows.filter(id__gt=UUID(move.cursor["case"]))
                ids = list(rows.values_list("id", flat=True)[:CHUNK])
            if not ids or actor is None:
                _finish(move)
                return
            for case_id in ids:
                _one(move, case_id, actor)
                if time.monotonic() > until:
                    jobs.later_by_name("cases.move.work", move_id=str(move_id))
                    return


def _one(move: Move, case_id: UUID, actor: Actor) -> None:
    """One case; one that fails stops no other, and is left where it is."""
    kind = ""
    try:
        with tenancy.acting_as(SYSTEM):
            kind = actions.move_case(actor=actor, move_id=move.id, case_id=case_id)
    except Exception:
        log.exception("case %s could not be moved", case_id)
    with transaction.atomic():
        row = Move.objects.select_for_update().get(id=move.id)
        row.cursor = {"case": str(case_id)}
        row.seen += 1
        column = {"moved": "safe", "asked": "ask"}.get(kind, "cannot")
        setattr(row, column, getattr(row, column) + 1)
        row.save()


def _finish(move: Move) -> None:
    with transaction.atomic():
        Move.objects.filter(id=move.id).update(state=Move.State.DONE, finished_at=clock.now())


def _officer(move: Move) -> Actor | None:
    """The officer in the post and roles of now; None when the post has ended since: then nothing more is moved."""
    post = next((one for one in appointments_of(move.officer_id) if one.id == move.appointment_id), None)
    if post is None:
        return None
    return Actor(ActorKind.OFFICER, move.officer_id, post.institution_id, post.roles, post.id)


def results(move: Move) -> dict[str, int]:
    """How many of a move's cases stand where now: some that were asked have been settled since."""
    rows = MoveItem.objects.filter(institution_id=move.institution_id, move=move).values_list("state", flat=True)
    found: dict[str, int] = {}
    for state in rows.iterator(chunk_size=2000):
        found[state] = found.get(state, 0) + 1
    return found
