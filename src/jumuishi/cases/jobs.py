"""Background entries: clocks that run out, documents to be made, files to be looked through. One call each."""

import logging
import random
import time
from typing import Any
from uuid import UUID

from django.db import transaction

from jumuishi.cases.actions import archiving, batches, clocks, documents, scans
from jumuishi.cases.helping import actions as helping
from jumuishi.cases.moving import actions as moving
from jumuishi.cases.moving import looking, working
from jumuishi.cases.moving.drafts import tell_owners
from jumuishi.cases.resumable import actions as resumable
from jumuishi.cases.visits import tending
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, jobs, scanning

ARCHIVE_SECONDS = 60.0
log = logging.getLogger(__name__)


@jobs.every(5, "cases.clock.sweep")
def sweep_clocks() -> None:
    """Every case of which a clock has run out, each on its own; one that fails stops no other and is tried again.

    What fell due while no worker ran is caught up with by the first sweep, in the order in which it fell due.
    """
    for case_id in clocks.due_cases(clock.now()):
        try:
            clocks.turn_clock(actor=Actor.system(), case_id=case_id)
        except Exception:
            log.exception("the clocks of case %s could not be turned", case_id)


@jobs.job("cases.document.make")
def make_document(
    *,
    case_id: str,
    visit: int,
    document: str,
    claims: dict[str, Any],
    valid_until: str | None,
    earlier: str = "",
    is_in_place: bool = False,
) -> None:
    """Make, sign and hand over one document."""
    documents.make_document(
        actor=Actor.system(),
        case_id=UUID(case_id),
        visit=visit,
        document=document,
        claims=claims,
        valid_until=valid_until,
        earlier=earlier,
        is_in_place=is_in_place,
    )


@jobs.every(600, "cases.archive.sweep")
def sweep_archive() -> None:
    """Old cases out of the lists, and those erased that nothing keeps; bounded in time, the next round goes on."""
    until = time.monotonic() + ARCHIVE_SECONDS
    with transaction.atomic():
        homes = [one.id for one in institutions.approved()]
    # Another one begins each time: what takes long at one institution keeps no other waiting for ever.
    random.shuffle(homes)
    for home in homes:
        try:
            _sweep_one(home, until)
        except Exception:
            log.exception("the archive of institution %s could not be swept", home)
        if time.monotonic() > until:
            return


def _sweep_one(home: UUID, until: float) -> None:
    while time.monotonic() < until:
        with transaction.atomic():
            is_due, over = archiving.due_for_archive(home), archiving.due_for_erasure(home)
        if not is_due and not over:
            return
        if is_due and not archiving.archive_cases(actor=Actor.system(), institution_id=home):
            return  # somebody works on what is left: the next round has it
        for case_id in over:
            archiving.erase_or_ask_again(case_id)
            if time.monotonic() > until:
                return


@jobs.job("cases.clock.reckon")
def reckon_case(*, case_id: str) -> None:
    """Count a case's due times again."""
    clocks.reckon_anew(actor=Actor.system(), case_id=UUID(case_id))


@jobs.every(300, "cases.visit.tend")
def tend_visits() -> None:
    """Remind of tomorrow's, end what nobody chose in time, and what nobody need come for any more."""
    now = clock.now()
    with transaction.atomic():
        wanted = [(tending.lapse, one) for one in tending.to_lapse(now)]
        wanted += [(tending.end_with_task, one) for one in tending.to_end()]
        wanted += [(tending.remind, one) for one in tending.to_remind(now)]
    for verb, visit_id in wanted:
        try:
            verb(actor=Actor.system(), visit_id=visit_id)
        except Exception:
            log.exception("visit %s could not be tended", visit_id)


@jobs.every(60, "cases.file.rescan")
def rescan_files() -> None:
    """Look through what people handed in while the scanner was away."""
    scanning.catch_up(
        scans.unscanned,
        lambda row, scan, found: scans.mark_scanned(actor=Actor.system(), attachment_id=row, scan=scan, found=found),
    )


@jobs.every(600, "cases.upload.expire")
def expire_uploads() -> None:
    """What did not arrive in its time goes, and whatever a crash left behind on the disk."""
    with transaction.atomic():
        over = resumable.expired()
    for upload_id in over:
        try:
            resumable.expire_upload(actor=Actor.system(), upload_id=upload_id)
        except Exception:
            log.exception("upload %s could not be ended", upload_id)
    resumable.drop_forgotten()


@jobs.job("cases.batch.work")
def work_on_batch(*, batch_id: str) -> None:
    """Look at, or do, what is left of a batch."""
    batches.work(UUID(batch_id))


@jobs.job("cases.move.look")
def look_at_cases(*, move_id: str) -> None:
    """Go on looking at open cases for a newer edition; what is left is the next job's."""
    if not looking.look(UUID(move_id), looking.A_WHILE):
        jobs.later(look_at_cases, lock=f"look:{move_id}", move_id=move_id)


@jobs.job("cases.move.work")
def move_cases(*, move_id: str) -> None:
    """Move what is left of a move."""
    working.work(UUID(move_id))


@jobs.every(300, "cases.move.lapse")
def lapse_moves() -> None:
    """Who did not answer by the day stays under the edition of the day of submission."""
    with transaction.atomic():
        late = moving.lapsed(clock.now())
    for case_id in late:
        try:
            moving.decline(actor=Actor.system(), case_id=case_id)
        except Exception:
            log.exception("what a move asked of case %s could not be ended", case_id)


@jobs.every(60, "cases.mandate.lapse")
def lapse_mandates() -> None:
    """Consents whose time is over, and questions that nobody answered."""
    with transaction.atomic():
        over = helping.to_lapse(clock.now())
    for mandate_id in over:
        try:
            helping.lapse_mandate(actor=Actor.system(), mandate_id=mandate_id)
        except Exception:
            log.exception("consent %s could not be ended", mandate_id)


@jobs.job("cases.draft.tell_withdrawn")
def tell_of_withdrawn(*, edition_hash: str) -> None:
    """Whoever has a draft under an edition that was withdrawn learns it where there is a phone."""
    tell_owners(edition_hash)
