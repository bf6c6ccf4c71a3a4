"""Reads; each sees what the open transaction's principal may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import TruncDate

from jumuishi.kernel import clock, tenancy
from jumuishi.messaging import models, options
from jumuishi.messaging.types import Became, Cost, Message, MessageState, Standing


def _as_type(row: models.Message) -> Message:
    return Message(
        row.id,
        row.to,
        row.text,
        row.purpose,
        MessageState(row.state),
        row.parts,
        row.created_at,
        row.case_id,
        row.failure,
    )


def messages_to(number: str, *, limit: int = 100) -> list[Message]:
    """What was said to a number, oldest first of the newest `limit`."""
    rows = models.Message.objects.filter(to=number).order_by("-created_at", "-id")[:limit]
    return [_as_type(row) for row in reversed(rows)]


def became(*, messages: Iterable[UUID] = (), letters: Iterable[UUID] = ()) -> dict[UUID, Became]:
    """What became of these messages and letters, by id: for whoever sent them and kept their ids. Two questions.

    Read as the system, for letters are nobody's to read; nothing of what they said is in the answer.
    """
    found: dict[UUID, Became] = {}
    with tenancy.acting_as(tenancy.Principal.system()):
        sms = models.Message.objects.filter(id__in=list(messages))
        for id_, state, sent, delivered, why in sms.values_list("id", "state", "sent_at", "delivered_at", "failure"):
            found[id_] = Became(MessageState(state), sent, delivered, why)
        mail = models.Mail.objects.filter(id__in=list(letters))
        for id_, state, sent, why in mail.values_list("id", "state", "sent_at", "failure"):
            found[id_] = Became(MessageState(state), sent, None, why)
    return found


def messages_of_case(case_id: UUID) -> list[Message]:
    """What was said about a case, oldest first."""
    return [_as_type(row) for row in models.Message.objects.filter(case_id=case_id).order_by("created_at", "id")]


def cost_of(**which: Any) -> Cost:
    """What the messages that fit cost: those that a gateway took, delivered or not."""
    handed = models.Message.objects.filter(sent_at__isnull=False, **which)
    return _cost(handed.aggregate(**_SUMS))


def costs_by_institution(begins: datetime, ends: datetime) -> dict[UUID | None, Cost]:
    """The same by institution, of what was kept from one instant to another; None: the house's own."""
    handed = models.Message.objects.filter(sent_at__isnull=False, created_at__gte=begins, created_at__lt=ends)
    rows = handed.values("institution_id").annotate(**_SUMS).order_by()
    return {row["institution_id"]: _cost(row) for row in rows}


_SUMS = {
    "count": Count("id"), "of_all": Sum("parts"), "amount": Sum("cost"), "unpriced": Sum("parts", filter=Q(cost=None)),
}  # fmt: skip


def _cost(row: Mapping[str, Any]) -> Cost:
    return Cost(row["count"], row["of_all"] or 0, row["amount"] or Decimal(0), row["unpriced"] or 0)


@dataclass(frozen=True)
class Month:
    """An institution's messages of a month: what they cost, and how many came to what (state, why not sent)."""

    cost: Cost
    became: list[tuple[tuple[str, str], int]]


def month_of(institution_id: UUID, begins: datetime, ends: datetime) -> Month:
    """One question for both; most first."""
    rows = models.Message.objects.filter(institution_id=institution_id, created_at__gte=begins, created_at__lt=ends)
    handed = Q(sent_at__isnull=False)
    found = rows.values("state", "failure").annotate(
        n=Count("id"), count=Count("id", filter=handed), of_all=Sum("parts", filter=handed),
        amount=Sum("cost", filter=handed), unpriced=Sum("parts", filter=handed & Q(cost=None)),
    ).order_by()  # fmt: skip
    became: dict[tuple[str, str], int] = {}
    total = Cost()
    for row in found:
        # Why a message still waits is the gateways' matter; why it was not sent, the institution's.
        key = (row["state"], row["failure"] if row["state"] == MessageState.FAILED else "")
        became[key] = became.get(key, 0) + row["n"]
        one = _cost(row)
        total = Cost(
            total.messages + one.messages, total.parts + one.parts, total.amount + one.amount,
            total.unpriced + one.unpriced,
        )  # fmt: skip
    return Month(total, sorted(became.items(), key=lambda each: -each[1]))


def days_of(institution_id: UUID, begins: datetime, ends: datetime, zone: str) -> list[tuple[date, str, Cost]]:
    """What an institution's messages cost by the day of a zone on which they were kept, and by gateway."""
    rows = models.Message.objects.filter(
        institution_id=institution_id, created_at__gte=begins, created_at__lt=ends, sent_at__isnull=False
    )
    found = rows.annotate(day=TruncDate("created_at", tzinfo=ZoneInfo(zone))).values("day", "gateway")
    return [(one["day"], one["gateway"], _cost(one)) for one in found.annotate(**_SUMS).order_by("day", "gateway")]


def terms_of(institution_id: UUID) -> tuple[str, int | None]:
    """An institution's own sender and messages a day; empty and None for everybody's."""
    found = models.Terms.objects.filter(institution_id=institution_id).values_list("sender", "most_a_day").first()
    return found or ("", None)


def kept_since(institution_id: UUID, since: datetime) -> int:
    """How many messages of an institution count against its limit, kept since an instant."""
    rows = models.Message.objects.filter(institution_id=institution_id, created_at__gte=since)
    return rows.exclude(state=MessageState.FAILED).count()


def standing() -> Standing:
    """How sending stands now; read as the system."""
    now = clock.now()
    due = models.Message.objects.filter(state=MessageState.QUEUED, next_attempt_at__lte=now)
    found = due.aggregate(n=Count("id"), oldest=Min("next_attempt_at"))
    away = set(models.Gateway.objects.filter(open_until__gt=now).values_list("name", flat=True))
    seconds = (now - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return Standing(found["n"], seconds, {name: name not in away for name in options.gateway_names()})
