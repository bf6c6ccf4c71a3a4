"""Facts of this room."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from jumuishi.kernel.events import Event


@dataclass(frozen=True)
class InstitutionApproved(Event):
    """Two people of the authority let an institution in."""

    name: ClassVar[str] = "institutions.institution.approved"
    institution_id: UUID


@dataclass(frozen=True)
class HolidayAnnounced(Event):
    """A day without work was announced; None is the whole country."""

    name: ClassVar[str] = "institutions.holiday.announced"
    institution_id: UUID | None
    day: date


@dataclass(frozen=True)
class HoursChanged(Event):
    """An institution works at other hours from now on."""

    name: ClassVar[str] = "institutions.hours.changed"
    institution_id: UUID


@dataclass(frozen=True)
class AppointmentEnded(Event):
    """A person left a post."""

    name: ClassVar[str] = "institutions.appointment.ended"
    appointment_id: UUID
    institution_id: UUID
    person_id: UUID
