"""Numbers that a person showed to be theirs, and by them the looks at their data by way of the exchange."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jumuishi.exchange import public as exchange
from jumuishi.privacy.models import ProvenNumber

# The register that asks questions about the holder of a number, and the kind of that number.
REGISTER, KIND = "national-id", "nin"


@dataclass(frozen=True)
class Proven:
    """A number as its person is shown it: the last signs, and since when."""

    kind: str
    ending: str
    at: datetime


def numbers_of(person_id: UUID) -> list[Proven]:
    """The person's numbers, the newest first."""
    rows = ProvenNumber.objects.filter(person_id=person_id).order_by("-proven_at")
    return [Proven(one.kind, one.ending, one.proven_at) for one in rows]


def looks_by_systems(person_id: UUID, member: str = "") -> exchange.Looks:
    """Who asked about the person by way of the exchange; nobody where no number is known to be theirs."""
    marks = ProvenNumber.objects.filter(person_id=person_id).values_list("mark", flat=True)
    return exchange.Looks(list(marks), member)


def is_proven(person_id: UUID, number: str) -> bool:
    """Whether this one is known to be theirs."""
    return ProvenNumber.objects.filter(person_id=person_id, mark=exchange.mark_of(KIND, number)).exists()
