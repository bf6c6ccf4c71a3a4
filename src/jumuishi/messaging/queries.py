"""Reads; each sees what the open transaction's principal may see."""

from uuid import UUID

from jumuishi.messaging import models
from jumuishi.messaging.types import Message, MessageState


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
