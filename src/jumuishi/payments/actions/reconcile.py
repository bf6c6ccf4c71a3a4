"""A day compared with the gateway."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from jumuishi.identity.public import action, record
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock
from jumuishi.payments import models


@action("payments.reconciliation.close")
def close(
    *,
    actor: Actor,
    run_id: UUID,
    heard: frozenset[str],
    matched: int,
    recovered: int,
    unknown: list[dict[str, str]],
) -> None:
    """Note how a day compares; `heard` are the gateway's receipts, those of ours that it did not name are `absent`."""
    run = models.Reconciliation.objects.select_for_update().get(id=run_id)
    start = datetime.combine(run.day, time(), ZoneInfo(settings.TIME_ZONE))
    accounts = models.CollectionAccount.objects.filter(sp_code=run.sp_code).values("institution_id")
    ours = models.Payment.objects.filter(paid_at__gte=start, paid_at__lt=start + timedelta(days=1))
    if accounts.exists():
        ours = ours.filter(institution_id__in=accounts)
    else:
        ours = ours.exclude(institution_id__in=models.CollectionAccount.objects.values("institution_id"))
    run.absent = sorted(receipt for receipt in ours.values_list("receipt", flat=True) if receipt not in heard)
    run.answered_at, run.matched, run.recovered, run.unknown = clock.now(), matched, recovered, unknown
    run.save()
    record(
        actor,
        Thing("reconciliation", run.id),
        after={
            "day": run.day,
            "matched": matched,
            "recovered": recovered,
            "unknown": len(unknown),
            "absent": len(run.absent),
        },
    )
