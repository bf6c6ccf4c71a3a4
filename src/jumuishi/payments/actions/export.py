"""Books taken out as a file: whoever does so leaves a row in the journal."""

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from jumuishi.identity.public import action, must, record
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.kernel import sheets
from jumuishi.payments import books, models
from jumuishi.payments.types import Refund

Sheet = tuple[tuple[str, ...], Iterator[tuple[object, ...]]]
PAGE = 1000


def _begin(actor: Actor) -> Thing:
    if actor.institution_id is None:
        raise NotAllowedError("payments.books.read")
    thing = Thing("institution", actor.institution_id, actor.institution_id)
    must(actor, "payments.books.read", thing)
    return thing


def _bounds(month: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(settings.TIME_ZONE)
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return datetime.combine(month, time(), zone), datetime.combine(after, time(), zone)


@action("payments.payments.export")
def export_payments(*, actor: Actor, month: date) -> Sheet:
    """Head and rows of a month's payments, oldest first; the rows are read page by page when they are asked for."""
    thing = _begin(actor)
    start, end = _bounds(month)
    found = books.payments_of(thing.id).filter(paid_at__gte=start, paid_at__lt=end)

    def read(last: models.Payment | None) -> list[models.Payment]:
        return list(sheets.beyond(found, "paid_at", (last.paid_at, last.id) if last else None)[:PAGE])

    record(actor, thing, after={"month": month, "rows": found.count()})
    head = ("receipt", "paid_at", "amount", "currency", "payer", "control_number", "bill", "provider", "channel",
            "found_by")  # fmt: skip
    return head, (
        (
            one.receipt,
            one.paid_at,
            one.amount,
            one.currency,
            one.bill.payer_name,
            one.bill.control_number,
            one.bill.description,
            one.provider,
            one.channel,
            one.found_by,
        )
        for one in sheets.paged(read)
    )


@action("payments.refunds.export")
def export_refunds(*, actor: Actor, month: date) -> Sheet:
    """Head and rows of the refunds that were opened in a month, oldest first; read as those of payments."""
    thing = _begin(actor)
    start, end = _bounds(month)
    found = models.RefundTask.objects.filter(institution_id=thing.id, opened_at__gte=start, opened_at__lt=end)

    def read(last: Refund | None) -> list[Refund]:
        return books.as_refunds(sheets.beyond(found, "opened_at", (last.opened_at, last.id) if last else None)[:PAGE])

    record(actor, thing, after={"month": month, "rows": found.count()})
    head = ("opened_at", "amount", "currency", "payer", "control_number", "reason", "state", "due_at", "settled_at",
            "reference", "late_reason")  # fmt: skip
    return head, (
        (
            one.opened_at,
            one.amount.amount,
            one.amount.currency,
            one.payer_name,
            one.control_number,
            one.reason,
            one.state,
            one.due_at,
            one.settled_at,
            one.reference,
            one.late_reason,
        )
        for one in sheets.paged(read)
    )
