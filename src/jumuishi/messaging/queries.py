"""Reads; each sees what the open transaction's principal may see."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from jumuishi.messaging import models
from jumuishi.messaging.types import Cost, Message, MessageState


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
