"""What this room does on hearing others' facts; each handler stands being told twice."""

from uuid import UUID

from jumuishi.feedback import jobs as own_jobs
from jumuishi.feedback.actions import clocks
from jumuishi.feedback.models import Item
from jumuishi.feedback.types import State
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions.events import AppointmentEnded, HolidayAnnounced, HoursChanged
from jumuishi.kernel import jobs
from jumuishi.kernel.events import subscribe


def _reckon(institution_id: UUID | None) -> None:
    rows = Item.objects.filter(state=State.OPEN)
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    for item_id in rows.values_list("id", flat=True).iterator():
        jobs.later(own_jobs.reckon_item, item_id=str(item_id))


@subscribe(HolidayAnnounced)
def count_holiday(event: HolidayAnnounced) -> None:
    """A day off moves what is due."""
    _reckon(event.institution_id)


@subscribe(HoursChanged)
def count_hours(event: HoursChanged) -> None:
    """So do new hours."""
    _reckon(event.institution_id)


@subscribe(AppointmentEnded)
def take_back(event: AppointmentEnded) -> None:
    """What an officer who left had is the desk's again."""
    rows = Item.objects.filter(
        institution_id=event.institution_id, owner_id=event.person_id, state__in=[State.OPEN, State.ASKED]
    )
    for item_id in rows.values_list("id", flat=True):
        clocks.release(actor=Actor.system(), item_id=item_id)


@identity.on_guest_attached
def move_guest(guest_id: UUID, person_id: UUID) -> None:
    """What a guest said is that person's now."""
    Item.objects.filter(person_id=guest_id).update(person_id=person_id)
