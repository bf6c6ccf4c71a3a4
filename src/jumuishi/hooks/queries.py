"""Reads: an owner's hooks and what each was told. The database's walls hold besides."""

from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from jumuishi.hooks.models import Delivery, Hook
from jumuishi.hooks.types import DeliveryState
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel import tenancy
from jumuishi.kernel.statements import Often


def owner(actor: Actor) -> Q:
    """The condition of belonging to the actor: to the institution at work in, else to the person."""
    if actor.kind is ActorKind.PERSON:
        return Q(person_id=actor.who)
    return Q(institution_id=actor.workplace)


# Asked with each act on each case of the country.
_WANTED = Often(
    "SELECT EXISTS (SELECT FROM hooks_hook WHERE (institution_id = %(home)s OR person_id = %(person)s) "
    "AND ended_at IS NULL AND topics ? %(topic)s)"
)


def is_wanted(topic: str, institution_id: UUID, person_id: UUID | None) -> bool:
    """Whether a hook of either stands for a topic; as the system."""
    with tenancy.acting_as(tenancy.Principal.system()), connection.cursor() as cursor:
        cursor.execute(_WANTED, {"home": institution_id, "person": person_id, "topic": topic})
        return bool(cursor.fetchone()[0])


def hooks_of(actor: Actor) -> QuerySet[Hook]:
    """Those that stand, the newest first, each with `waiting` and `dead` counted."""
    return (
        Hook.objects.filter(owner(actor), ended_at=None)
        .annotate(
            waiting=Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING)),
            dead=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD)),
        )
        .order_by("-created_at")
    )


def hook_of(actor: Actor, hook_id: UUID) -> Hook | None:
    """One that stands."""
    return hooks_of(actor).filter(id=hook_id).first()


def deliveries_of(hook: Hook, state: str = "") -> QuerySet[Delivery]:
    """What a hook was told, the newest first; of one state if asked."""
    rows = Delivery.objects.filter(hook=hook)
    return (rows.filter(state=state) if state else rows).order_by("-created_at", "-id")


def delivery_of(hook: Hook, delivery_id: UUID) -> Delivery | None:
    """One notice of a hook."""
    return Delivery.objects.filter(hook=hook, id=delivery_id).first()
