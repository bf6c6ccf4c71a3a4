"""The end of a system or a service: it asks and is asked no more from this moment, and its agreements are over.

Whoever registers it again under its old code agrees anew: nobody said yes to what it is then.
"""

from uuid import UUID

from django.db.models import Q

from jumuishi.exchange import members
from jumuishi.exchange.models import Agreement
from jumuishi.exchange.news import changed
from jumuishi.exchange.registering import service_for, subsystem_for
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.text import t

SYSTEM = tenancy.Principal.system()


@identity.action("exchange.service.end")
def end_service(*, actor: Actor, service_id: UUID) -> None:
    """It is offered no more. Raises ExchangeRefusedError."""
    row = service_for(actor, service_id)
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    over = _end_agreements(Q(service=row))
    identity.record(
        actor, Thing("exchange_service", row.id, row.institution_id),
        after={"ended_at": row.ended_at, "agreements": over},
    )  # fmt: skip
    changed()


@identity.action("exchange.subsystem.end")
def end_subsystem(*, actor: Actor, subsystem_id: UUID) -> None:
    """It asks and answers no more, none of its services either. Raises ExchangeRefusedError."""
    row = subsystem_for(actor, subsystem_id)
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    row.services.filter(ended_at=None).update(ended_at=row.ended_at)
    wire = members.client_of(row.institution_id, row.code).wire
    over = _end_agreements(Q(service__subsystem=row) | Q(client=wire, consumer_id=row.institution_id))
    identity.record(
        actor, Thing("subsystem", row.id, row.institution_id), after={"ended_at": row.ended_at, "agreements": over}
    )
    changed()


def _end_agreements(which: Q) -> list[UUID]:
    """End those that stand or wait, also another institution's with this one; their ids."""
    with tenancy.acting_as(SYSTEM):
        rows = Agreement.objects.filter(which, ended_at=None, refused_at=None)
        found = sorted(rows.values_list("id", flat=True))
        Agreement.objects.filter(id__in=found).update(ended_at=clock.now(), reason=t("exchange.ended_with", "sw"))
    return found
