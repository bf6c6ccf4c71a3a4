"""Books taken out as a file: whoever does so leaves a row in the journal."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from jumuishi.identity.public import action, must, record
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.payments import books

Sheet = tuple[tuple[str, ...], list[tuple[object, ...]]]


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
    """Head and rows of a month's payments, oldest first."""
    thing = _begin(actor)
    start, end = _bounds(month)
    found = books.payments_of(thing.id).filter(paid_at__gte=start, paid_at__lt=end).order_by("paid_at", "id")
    rows: list[tuple[object, ...]] = [
        (
            one.receipt,
            one.paid_at.astimezone(start.tzinfo).isoformat(timespec="seconds"),
            one.amount,
            one.currency,
            one.bill.payer_name,
            one.bill.control_number,
            one.bill.description,
            one.provider,
            one.channel,
            one.found_by,
        )
        for one in found
    ]
    record(actor, thing, after={"month": month, "rows": len(rows)})
    head = ("receipt", "paid_at", "amount", "currency", "payer", "control_number", "bill", "provider", "channel",
            "found_by")  # fmt: skip
    return head, rows


@action("payments.refunds.export")
def export_refunds(*, actor: Actor, month: date) -> Sheet:
    """Head and rows of the refunds that were opened in a month, oldest first."""
    thing = _begin(actor)
    start, end = _bounds(month)
    both = [*books.refunds_of(thing.id, is_open=True), *books.refunds_of(thing.id, is_open=False)]
    listed = books.as_refunds([one for one in both if start <= one.opened_at < end])
    rows: list[tuple[object, ...]] = [
        (
            one.opened_at.astimezone(start.tzinfo).isoformat(timespec="seconds"),
            one.amount.amount,
            one.amount.currency,
            one.payer_name,
            one.control_number,
            one.reason,
            one.state,
            one.due_at.astimezone(start.tzinfo).isoformat(timespec="seconds"),
            one.settled_at.astimezone(start.tzinfo).isoformat(timespec="seconds") if one.settled_at else "",
            one.reference,
            one.late_reason,
        )
        for one in sorted(listed, key=lambda one: one.opened_at)
    ]
    record(actor, thing, after={"month": month, "rows": len(rows)})
    head = ("opened_at", "amount", "currency", "payer", "control_number", "reason", "state", "due_at", "settled_at",
            "reference", "late_reason")  # fmt: skip
    return head, rows
