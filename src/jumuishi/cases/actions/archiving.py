"""Old cases leave the lists and the search, and are erased when nothing keeps them; a hold keeps one longer.

All in small batches of their own transactions: a sweep that is cut off goes on where it was.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from jumuishi.cases.actions.erasing import erase_case
from jumuishi.cases.actions.things import SYSTEM, case_thing
from jumuishi.cases.models import Case, Find, Hold
from jumuishi.cases.retention import kept_until
from jumuishi.cases.types import CaseError, KeptError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.kernel import clock, tenancy

BATCH = 100
# What keeps a case without saying until when (money that must go back, a hold) is asked again after so many days.
ASK_AGAIN = timedelta(days=30)
REASON = "retention"


@identity.action("cases.archive.fill")
def archive_cases(*, actor: Actor, institution_id: UUID) -> int:
    """Move a batch of an institution's long ended cases out of its lists and its search; how many there were."""
    thing = Thing("institution", institution_id, institution_id)
    identity.must(actor, "cases.archive.sweep", thing)
    now = clock.now()
    with tenancy.acting_as(SYSTEM):
        old = now - timedelta(days=settings.ARCHIVE_DAYS)
        rows = Case.objects.filter(institution_id=institution_id, ended_at__lt=old, archived_at=None)
        cases = list(rows.select_for_update(skip_locked=True).order_by("ended_at")[:BATCH])
        for case in cases:
            case.archived_at, case.keep_until = now, kept_until(case)
        Case.objects.bulk_update(cases, ["archived_at", "keep_until"])
        Find.objects.filter(institution_id=institution_id, case__in=cases).delete()
    identity.record(actor, thing, after={"archived": [one.reference for one in cases]})
    return len(cases)


def due_for_archive(institution_id: UUID) -> bool:
    """Whether an institution has cases that ended long enough ago."""
    old = clock.now() - timedelta(days=settings.ARCHIVE_DAYS)
    return Case.objects.filter(institution_id=institution_id, ended_at__lt=old, archived_at=None).exists()


def due_for_erasure(institution_id: UUID, limit: int = BATCH) -> list[UUID]:
    """Archived cases whose time is over."""
    rows = Case.objects.filter(institution_id=institution_id, keep_until__lt=timezone.localtime(clock.now()).date())
    return list(rows.order_by("keep_until").values_list("id", flat=True)[:limit])


def erase_or_ask_again(case_id: UUID) -> bool:
    """Erase one case whose time is over; where something keeps it, note when to ask again. Whether it is gone."""
    try:
        erase_case(actor=Actor.system(), case_id=case_id, reason=REASON)
    except KeptError as kept:
        again = timezone.localtime(clock.now()).date() + ASK_AGAIN
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            Case.objects.filter(id=case_id).update(keep_until=max(again, kept.until) if kept.until else again)
        return False
    return True


def _by_number(actor: Actor, reference: str) -> Case:
    case = Case.objects.filter(institution_id=actor.workplace, reference=reference).first()
    if case is None:
        raise CaseError("cases.not_found")
    return case


@identity.action("cases.archive.open")
def open_archived(*, actor: Actor, reference: str, reason: str) -> UUID:
    """Find a case of the own institution by its number, archived or not, and say what for; its id. Raises CaseError."""
    if not reason.strip():
        raise CaseError("cases.reason_missing")
    case = _by_number(actor, reference)
    identity.must(actor, "cases.case.read", case_thing(case))
    identity.record(actor, case_thing(case), after={"opened": "archive", "reason": reason.strip()[:300]})
    return case.id


@identity.action("cases.hold.put")
def hold_case(*, actor: Actor, reference: str, reason: str) -> None:
    """Keep a case from being erased until the hold is lifted, whatever its rule says. Raises CaseError."""
    if not reason.strip():
        raise CaseError("cases.reason_missing")
    case = _by_number(actor, reference)
    identity.must(actor, "cases.hold.change", case_thing(case))
    if case.erased_at is not None:
        raise CaseError("cases.erased_already")
    try:
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            Hold.objects.create(
                institution_id=case.institution_id, case=case, reason=reason.strip()[:300], put_by=actor.who,
                put_at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        identity.record(actor, case_thing(case), after={"sent_again": "hold"})
        return
    identity.record(actor, case_thing(case), after={"hold": True, "reason": reason.strip()[:300]})


@identity.action("cases.hold.lift")
def lift_hold(*, actor: Actor, hold_id: UUID, reason: str) -> None:
    """Let the case's own rule count again; lifted twice is once. Raises CaseError."""
    if not reason.strip():
        raise CaseError("cases.reason_missing")
    hold = Hold.objects.select_related("case").filter(id=hold_id, institution_id=actor.workplace).first()
    if hold is None:
        raise NotAllowedError("cases.hold.change")
    identity.must(actor, "cases.hold.change", case_thing(hold.case))
    with tenancy.acting_as(SYSTEM):
        Hold.objects.filter(id=hold_id, lifted_at=None).update(
            lifted_by=actor.who, lifted_at=clock.now(), lift_reason=reason.strip()[:300]
        )
    identity.record(actor, case_thing(hold.case), after={"hold": False, "reason": reason.strip()[:300]})
