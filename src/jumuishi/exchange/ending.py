"""A service's end: it is found and answered no more, from this moment."""

from uuid import UUID

from jumuishi.exchange.news import changed
from jumuishi.exchange.registering import service_for
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock


@identity.action("exchange.service.end")
def end_service(*, actor: Actor, service_id: UUID) -> None:
    """It is offered no more; what was agreed about it stays written and opens nothing. Raises ExchangeRefusedError."""
    row = service_for(actor, service_id)
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    identity.record(actor, Thing("exchange_service", row.id, row.institution_id), after={"ended_at": row.ended_at})
    changed()
