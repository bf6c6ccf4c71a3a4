"""The face: other programs are told, through here, what happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count

from jumuishi.hooks import actions, queries, rules
from jumuishi.hooks.models import Delivery
from jumuishi.hooks.outgoing import Outcome, post
from jumuishi.hooks.rules import GIVE_UP, LONGEST_WAIT, wait_after
from jumuishi.hooks.types import TOPICS, DeliveryState
from jumuishi.identity.types import Actor, ActorKind

__all__ = [
    "GIVE_UP", "LONGEST_WAIT", "TOPICS", "Outcome", "check_address", "dead_of", "is_wanted", "post", "standing", "tell",
    "wait_after",
]  # fmt: skip


def check_address(url: str) -> str:
    """An address outside that an institution gave, as it is kept. Raises HookRefusedError with the key of its text."""
    return rules.check_url(url, loopback=settings.HOOKS_LOOPBACK)


def tell(
    *, topic: str, key: str, institution_id: UUID, person_id: UUID | None, at: datetime, data: Mapping[str, Any]
) -> None:
    """Keep a notice for whoever wants the topic, to be sent after the caller's transaction.

    `key` names the fact: told again, it is the same notice. `data` are ids, numbers and states, nothing of a person.
    """
    actions.tell(topic=topic, key=key, institution_id=institution_id, person_id=person_id, at=at, data=data)


def is_wanted(topic: str, *, institution_id: UUID, person_id: UUID | None) -> bool:
    """Whether somebody would be told of a fact of this institution or this person; asked whoever acts."""
    return queries.is_wanted(topic, institution_id, person_id)


def standing() -> dict[str, int]:
    """How many notices wait to be sent and how many were given up, as far as the principal sees."""
    counted = Delivery.objects.filter(state__in=(DeliveryState.WAITING, DeliveryState.DEAD)).values("state")
    found = {one["state"]: one["n"] for one in counted.annotate(n=Count("id")).order_by()}
    return {str(one): found.get(one, 0) for one in (DeliveryState.WAITING, DeliveryState.DEAD)}


def dead_of(actor: Actor) -> int:
    """How many of the actor's own notices were given up; 0 for whoever does not keep the institution's."""
    if actor.kind is not ActorKind.PERSON and not actor.has(*actions.KEEPERS):
        return 0
    return Delivery.objects.filter(queries.owner(actor), state=DeliveryState.DEAD).count()
