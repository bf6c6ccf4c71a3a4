"""What crosses this room's wall. No Django."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

KINDS = ("ministry", "agency", "authority", "council", "company")


@dataclass(frozen=True)
class InstitutionRef:
    """An institution; `name` is {sw:, en:}."""

    id: UUID
    kind: str
    slug: str
    name: dict[str, str]
    domain: str
    state: str
    is_authority: bool
    looks_like: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceRef:
    """A place with the names of what it lies in."""

    code: str
    name: str
    level: str
    region: str
    district: str
    ward: str


@dataclass(frozen=True)
class Colleague:
    """A person in a post of an institution today."""

    appointment_id: UUID
    person_id: UUID
    name: str
    title: dict[str, str]
    roles: frozenset[str]
    unit_id: UUID | None = None


@dataclass(frozen=True)
class Team:
    """Who works in the units of a person and in the units below them, and the roles of their posts there."""

    people: frozenset[UUID]
    roles: frozenset[str]


class InstitutionError(Exception):
    """Refused; `code` names the text that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class HolidayRef:
    """A day without work."""

    day: date
    name: dict[str, str]
    source: str
    is_national: bool


# Who answers for personal data in an institution.
DATA_ROLE = "data-protection-officer"
