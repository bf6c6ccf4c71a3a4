"""Facts of this room."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from jumuishi.kernel.events import Event


@dataclass(frozen=True)
class OfferingPublished(Event):
    """An institution offers a service to the public from now on."""

    name: ClassVar[str] = "services.offering.published"
    offering_id: UUID
    institution_id: UUID


@dataclass(frozen=True)
class OfferingWithdrawn(Event):
    """No new cases from now on."""

    name: ClassVar[str] = "services.offering.withdrawn"
    offering_id: UUID
    institution_id: UUID
