"""A day compared with the gateway: what differs is a task of an accountant, with a clock."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from jumuishi.identity.public import action, must, record
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.payments import models, options, rules
from jumuishi.payments.types import BillStateError, DifferenceKind

log = logging.getLogger("jumuishi.payments")
SYSTEM = tenancy.Principal.system()


@dataclass(frozen=True)
class Found:
    """One difference; `institution_id` where the payment shows whose it is. Amounts in whole units."""

    kind: DifferenceKind
    institution_id: UUID | None = None
    receipt: str = ""
    control_number: str = ""
    ours: int | None = None
    theirs: int | None = None


@action("payments.reconciliation.close")
def close(
    *, actor: Actor, run_id: UUID, heard: frozenset[str], matched: int, recovered: int, differing: list[Found]
) -> None:
    """Note how a day compares; `heard` are the gateway's receipts: those of ours that it did not name differ too."""
    run = models.Reconciliation.objects.select_for_update().get(id=run_id)
    ours = _payments_of(run).exclude(receipt__in=heard).select_related("bill")
    absent = [
        Found(DifferenceKind.ABSENT, one.institution_id, one.receipt, one.bill.control_number or "", ours=one.amount)
        for one in ours.order_by("receipt")
    ]
    run.answered_at, run.matched, run.recovered = clock.now(), matched, recovered
    run.differing = _open_tasks(actor, run, [*differing, *absent])
    run.save()
    record(
        actor,
        Thing("reconciliation", run.id),
        after={"day": run.day, "matched": matched, "recovered": recovered, "differing": run.differing},
    )


@action("payments.reconciliation.give_up")
def give_up(*, actor: Actor, run_id: UUID) -> None:
    """The gateway never said what a day held: somebody must ask it by another way."""
    run = models.Reconciliation.objects.select_for_update().get(id=run_id)
    if run.answered_at is None and run.given_up_at is None:
        run.given_up_at, run.differing = clock.now(), _open_tasks(actor, run, [Found(DifferenceKind.SILENT)])
        run.save()
    record(actor, Thing("reconciliation", run.id), after={"day": run.day, "answered": run.answered_at is not None})


def _payments_of(run: models.Reconciliation) -> QuerySet[models.Payment]:
    start = datetime.combine(run.day, time(), ZoneInfo(settings.TIME_ZONE))
    ours = models.Payment.objects.filter(paid_at__gte=start, paid_at__lt=start + timedelta(days=1))
    accounts = models.CollectionAccount.objects.filter(sp_code=run.sp_code).values("institution_id")
    if accounts.exists():
        return ours.filter(institution_id__in=accounts)
    return ours.exclude(institution_id__in=models.CollectionAccount.objects.values("institution_id"))


def _open_tasks(actor: Actor, run: models.Reconciliation, found: Iterable[Found]) -> int:
    listed = list(found)
    nobodys = _who_looks(run.sp_code) if any(one.institution_id is None for one in listed) else None
    for one in listed:
        owner = one.institution_id or nobodys
        if owner is None:
            log.error("nobody looks after the differences of %s", run.sp_code)
            continue
        at = clock.now()
        row, is_new = models.Difference.objects.get_or_create(
            institution_id=owner,
            sp_code=run.sp_code,
            day=run.day,
            kind=one.kind,
            receipt=one.receipt,
            control_number=one.control_number,
            defaults={
                "ours": one.ours,
                "theirs": one.theirs,
                "owner_role": rules.OWNER_ROLE,
                "opened_at": at,
                "due_at": institutions.working_time(owner).add(at, options.difference_within()),
            },
        )
        if is_new:
            record(
                actor,
                _thing(row),
                after={
                    "day": run.day,
                    "kind": one.kind,
                    "receipt": one.receipt,
                    "ours": one.ours,
                    "theirs": one.theirs,
                },
                verb="payments.difference.open",
            )
    return len(listed)


def _who_looks(sp_code: str) -> UUID | None:
    """The institution that bears the code alone; of a code that several share, the authority."""
    bearers = list(models.CollectionAccount.objects.filter(sp_code=sp_code).values_list("institution_id", flat=True))
    return bearers[0] if len(bearers) == 1 else institutions.authority()


def _thing(row: models.Difference) -> Thing:
    return Thing("difference", row.id, row.institution_id)


def visible(verb: str, difference_id: UUID) -> models.Difference:
    """The task, if the transaction's principal sees it; raises NotAllowedError."""
    found = models.Difference.objects.filter(id=difference_id).first()
    if found is None:
        raise NotAllowedError(verb)
    return found


@action("payments.difference.settle")
def settle_difference(*, actor: Actor, difference_id: UUID, note: str) -> None:
    """The accountant says what the difference was. Raises NotAllowedError, BillStateError."""
    row = visible("payments.difference.settle", difference_id)
    must(actor, "payments.difference.settle", _thing(row))
    if not note.strip():
        raise BillStateError("a difference is closed with words")
    with tenancy.acting_as(SYSTEM):
        row = models.Difference.objects.select_for_update().get(id=difference_id)
        if row.settled_at is not None:
            raise BillStateError("the difference is closed")
        row.note, row.settled_at, row.settled_by = note.strip()[:500], clock.now(), actor.person_id
        row.save(update_fields=["note", "settled_at", "settled_by"])
    record(actor, _thing(row), after={"note": row.note})


@action("payments.difference.explain")
def explain_difference(*, actor: Actor, difference_id: UUID, reason: str) -> None:
    """Say why a difference is late. Raises NotAllowedError, BillStateError when it is not late or nothing is said."""
    row = visible("payments.difference.settle", difference_id)
    must(actor, "payments.difference.settle", _thing(row))
    if not reason.strip() or row.settled_at is not None or row.due_at > clock.now():
        raise BillStateError("not late, or nothing said")
    before = row.late_reason
    with tenancy.acting_as(SYSTEM):
        models.Difference.objects.filter(id=difference_id).update(late_reason=reason.strip()[:500])
    record(actor, _thing(row), before={"reason": before}, after={"reason": reason.strip()[:500]})
