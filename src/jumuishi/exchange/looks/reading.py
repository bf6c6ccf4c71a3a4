"""Who asked for somebody's data by way of the exchange, told to that person: bulk first, past the institutions' walls.

The person shows by marks which looks are theirs; nothing else opens them. Names come from this node's registers, and
for members elsewhere from the signed directory.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from jumuishi.evidence import public as evidence
from jumuishi.exchange import members
from jumuishi.exchange.models import Agreement, Look, Record, Service
from jumuishi.exchange.standing import standing
from jumuishi.exchange.xroad.identifiers import MemberId
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy

SYSTEM = tenancy.Principal.system()


@dataclass(frozen=True)
class SeenCall:
    """One call about a person: who asked whom, what for, on which basis, what went out, what came of it.

    `asker` and `owner` are names by language; `allowed` is what the agreement lets out, `given` the names of the
    members that the answer had. `agreement` is None where none covered the call.
    """

    record_id: UUID
    journal_id: UUID
    at: datetime
    asker: dict[str, str]
    client: str
    owner: dict[str, str]
    service: dict[str, str]
    agreement: UUID | None
    purpose: dict[str, str]
    legal_basis: str
    allowed: tuple[str, ...]
    given: tuple[str, ...]
    status: int
    error: str


class Looks(Sequence[SeenCall]):
    """A person's looks, newest first, as a sequence to page over; of one asking member, or of all."""

    def __init__(self, marks: Iterable[str], member: str = "") -> None:
        self._marks, self._member = tuple(marks), member

    def _rows(self) -> QuerySet[Record]:
        mine = Look.objects.filter(mark__in=self._marks).values("record_id")
        rows = Record.objects.filter(id__in=mine)
        return rows.filter(client__startswith=f"{self._member}/") if self._member else rows

    def __len__(self) -> int:
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            return self._rows().count() if self._marks else 0

    def __getitem__(self, at: Any) -> Any:
        if not isinstance(at, slice):
            return self[at : at + 1][0]
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            return _told(list(self._rows().order_by("-at", "-id")[at])) if self._marks else []

    def one(self, record_id: UUID) -> SeenCall | None:
        """One of them."""
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            found = _told(list(self._rows().filter(id=record_id))) if self._marks else []
        return found[0] if found else None

    def askers(self) -> list[tuple[str, dict[str, str], int]]:
        """Which members asked, by name: (identifier, name, how often)."""
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            found: dict[str, int] = {}
            for client, count in self._rows().order_by().values_list("client").annotate(n=Count("id")):
                member = client.rpartition("/")[0]
                found[member] = found.get(member, 0) + count
            named = _names(found)
        return sorted(((one, named[one], count) for one, count in found.items()), key=lambda one: one[1]["sw"])

    def proof(self, record_id: UUID) -> dict[str, Any] | None:
        """The bundle of one, to be verified without us, with what opens its commitments; None for no look of theirs.

        While the proof is on its way it is the signed promise.
        """
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            row = self._rows().filter(id=record_id).first() if self._marks else None
            if row is None:
                return None
            looks = Look.objects.filter(record_id=row.id, mark__in=self._marks).order_by("id")
            about = [{"kind": one.kind, "salt": base64.b64encode(bytes(one.salt)).decode()} for one in looks]
            bundle = evidence.receipt(row.journal_id) or evidence.promise(row.journal_id).as_json()
        return {**bundle, "about": about}


def _told(rows: list[Record]) -> list[SeenCall]:
    agreed = {one.id: one for one in Agreement.objects.filter(id__in={one.agreement_id for one in rows})}
    owners = institutions.institutions({one.institution_id for one in rows})
    named = _names({one.client.rpartition("/")[0] for one in rows})
    titles = _titles({one.institution_id for one in rows})
    given = dict(Look.objects.filter(record_id__in=[one.id for one in rows]).values_list("record_id", "names"))
    blank = {"sw": "", "en": ""}
    found = []
    for row in rows:
        agreement = agreed.get(row.agreement_id) if row.agreement_id else None
        code = row.service.rpartition("/")[2]
        found.append(
            SeenCall(
                record_id=row.id, journal_id=row.journal_id, at=row.at, asker=named[row.client.rpartition("/")[0]],
                client=row.client, owner=owners[row.institution_id].name,
                service=titles.get((row.institution_id, row.service), {"sw": code, "en": code}),
                agreement=row.agreement_id, purpose=agreement.purpose_words if agreement else blank,
                legal_basis=agreement.legal_basis if agreement else "",
                allowed=tuple(agreement.fields) if agreement else (), given=tuple(given.get(row.id, ())),
                status=row.status, error=row.error,
            )
        )  # fmt: skip
    return found


def _titles(owner_ids: set[UUID]) -> dict[tuple[UUID, str], dict[str, str]]:
    homes = members.members(owner_ids)
    rows = Service.objects.filter(institution_id__in=homes).select_related("subsystem").defer("openapi")
    found = {}
    for one in rows:
        system = members.subsystem_of(homes[one.institution_id][0], one.subsystem.code)
        found[one.institution_id, f"{system.wire}/{one.code}"] = _both(one.title)
    return found


def _both(title: dict[str, str]) -> dict[str, str]:
    return {"sw": title["sw"], "en": title.get("en") or title["sw"]}


def _names(wires: Iterable[str]) -> dict[str, dict[str, str]]:
    """What members are called, by identifier; the identifier where nobody says."""
    wanted = set(wires)
    found = {one: {"sw": one, "en": one} for one in wanted}
    here = members.members([one.id for one in institutions.approved()]).values()
    ours = {_wire(member): home.name for member, home in here}
    if (wanted - set(ours)) and (known := standing()) is not None:
        found |= {_wire(one.id): {"sw": one.name, "en": one.name} for one in known[0].members}
    return {one: ours.get(one) or found[one] for one in wanted}


def _wire(member: MemberId) -> str:
    return f"{member.instance}/{member.member_class}/{member.member_code}"


@dataclass(frozen=True)
class Silent:
    """A service that others may ask and whose owner has not said whose data a call is about."""

    owner: dict[str, str]
    title: dict[str, str]


def silent_services() -> list[Silent]:
    """Those of this node, by owner: what they were asked can be told to nobody."""
    today = institutions.today()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        standing_ones = Agreement.objects.filter(ended_at=None, until_on__gte=today).exclude(approved_at=None)
        rows = Service.objects.filter(ended_at=None, subjects=[], id__in=standing_ones.values("service_id"))
        said = list(rows.values_list("institution_id", "title"))
        homes = institutions.institutions({home for home, _ in said})
    found = [Silent(homes[home].name, _both(title)) for home, title in said]
    return sorted(found, key=lambda one: (one.owner["sw"], one.title["sw"]))
