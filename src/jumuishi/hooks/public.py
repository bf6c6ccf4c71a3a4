"""The face: other programs are told, through here, what happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from jumuishi.hooks import actions
from jumuishi.hooks.models import Delivery
from jumuishi.hooks.types import TOPICS, DeliveryState

__all__ = ["TOPICS", "dead", "tell"]


def tell(
    *, topic: str, key: str, institution_id: UUID, person_id: UUID | None, at: datetime, data: Mapping[str, Any]
) -> None:
    """Keep a notice for whoever wants the topic, to be sent after the caller's transaction.

    `key` names the fact: told again, it is the same notice. `data` are ids, numbers and states, nothing of a person.
    """
    actions.tell(topic=topic, key=key, institution_id=institution_id, person_id=person_id, at=at, data=data)


def dead() -> int:
    """How many notices were given up and wait for their owners, as far as the principal sees."""
    return Delivery.objects.filter(state=DeliveryState.DEAD).count()
