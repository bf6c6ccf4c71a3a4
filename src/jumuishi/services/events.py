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


@dataclass(frozen=True)
class EditionPublished(Event):
    """An edition stands in the catalogue; institutions may take it up."""

    name: ClassVar[str] = "services.edition.published"
    edition_id: UUID
    service: str


@dataclass(frozen=True)
class EditionWithdrawn(Event):
    """No new application under an edition from now on."""

    name: ClassVar[str] = "services.edition.withdrawn"
    edition_id: UUID
    service: str
