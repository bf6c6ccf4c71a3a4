"""The verb of the calendar: announce a day without work."""

from datetime import date
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import events
from jumuishi.institutions.models import Holiday
from jumuishi.institutions.roles import HEADS
from jumuishi.institutions.staff import SYSTEM
from jumuishi.institutions.types import InstitutionError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id


@identity.policy("institutions.holiday.announce")
def _announce(actor: Actor, thing: Thing) -> bool:
    if thing.institution_id is None:
        return identity.is_authority(actor, thing) or identity.is_system(actor, thing)
    return identity.is_of_institution(actor, thing) and actor.has(*HEADS)


@identity.action("institutions.holiday.announce")
def announce_holiday(
    *, actor: Actor, institution_id: UUID | None, day: date, name: dict[str, str], source: str
) -> None:
    """Announce a day without work; open clocks are counted anew, and both sides told. Raises InstitutionError."""
    thing = Thing("holiday", new_id(), institution_id)
    identity.must(actor, "institutions.holiday.announce", thing)
    if not source.strip():
        raise InstitutionError("institutions.err_source")
    with tenancy.acting_as(SYSTEM):
        _, is_new = Holiday.objects.get_or_create(
            institution_id=institution_id,
            day=day,
            defaults={"id": thing.id, "name": name, "source": source.strip()[:200], "created_at": clock.now()},
        )
    identity.record(actor, thing, after={"day": day, "name": name, "new": is_new})
    if is_new:
        tell(events.HolidayAnnounced(institution_id, day))
