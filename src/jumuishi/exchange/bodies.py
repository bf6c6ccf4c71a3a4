"""The bodies that are kept of an institution's calls: opened with a reason, held for the law, erased.

To erase is to destroy the record's key and the sealed pieces; record, leaf and digests stay, so that it can still be
proven that something was carried and, to whoever has the body, that it was this one.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate

from jumuishi.evidence import public as evidence
from jumuishi.exchange.models import KeptBodies, Payload, Record
from jumuishi.exchange.sealing import Box
from jumuishi.exchange.types import ExchangeRefusedError, Part
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, sheets, tenancy

SYSTEM = tenancy.Principal.system()
RECEIPT = "receipt.json"
AT_ONCE = 500


@identity.policy("exchange.bodies.decide")
def may_decide(actor: Actor, thing: Thing) -> bool:
    """Who leads the institution says what is held and what is erased before its time."""
    return identity.is_of_institution(actor, thing) and actor.has("head")


@dataclass(frozen=True)
class Bodies:
    """What there is of a call's bodies: which, until when, and what became of them."""

    parts: tuple[Part, ...]
    erase_on: date
    held_because: str
    held_at: datetime | None
    erased_at: datetime | None
    erased_because: str


def bodies_of(institution_id: UUID, record_id: UUID) -> Bodies | None:
    """Of one call of the institution; None where nothing was ever kept."""
    row = KeptBodies.objects.filter(institution_id=institution_id, id=record_id).first()
    if row is None:
        return None
    return Bodies(
        tuple(Part(one) for one in row.parts), row.erase_on, row.held_because, row.held_at, row.erased_at,
        row.erased_because,
    )  # fmt: skip


@identity.action("exchange.bodies.open")
def open_bodies(*, actor: Actor, record_id: UUID, reason: str) -> Iterator[bytes]:
    """A zip with the call's receipt and its bodies, piece by piece; the look is written down with its reason.

    Raises ExchangeRefusedError without a reason, where they are erased, and for the seconds until the receipt is there.
    """
    row, said = _row(actor, record_id), _reason(reason)
    thing = _thing(row)
    identity.must(actor, "exchange.system.manage", thing)
    if row.key is None:
        raise ExchangeRefusedError("exchange.bodies_erased")
    call = Record.objects.get(institution_id=row.institution_id, id=row.id)
    receipt = evidence.receipt(call.journal_id)
    if receipt is None:
        raise ExchangeRefusedError("exchange.receipt_soon")
    identity.looked(actor, thing, "bodies")
    identity.record(actor, thing, after={"opened": row.parts, "reason": said})
    # Read as the actor, page by page, once this transaction is over.
    kept = [(part, _pieces(row, part)) for part in map(Part, row.parts)]
    return _zipped(receipt, Box.opened(row.id, bytes(row.key)), kept)


@identity.action("exchange.bodies.hold")
def hold_bodies(*, actor: Actor, record_id: UUID, reason: str) -> None:
    """Keep them beyond their time until the hold is lifted. Raises ExchangeRefusedError."""
    row, said = _row(actor, record_id), _reason(reason)
    identity.must(actor, "exchange.bodies.decide", _thing(row))
    if row.key is None:
        raise ExchangeRefusedError("exchange.bodies_erased")
    if row.held_at is None:
        _set(row.id, held_by=actor.who, held_at=clock.now(), held_because=said)
    identity.record(actor, _thing(row), after={"held": True, "reason": said})


@identity.action("exchange.bodies.release")
def release_bodies(*, actor: Actor, record_id: UUID, reason: str) -> None:
    """Let their own time count again; twice is once. Raises ExchangeRefusedError."""
    row, said = _row(actor, record_id), _reason(reason)
    identity.must(actor, "exchange.bodies.decide", _thing(row))
    _set(row.id, held_by=None, held_at=None, held_because="")
    identity.record(actor, _thing(row), after={"held": False, "reason": said})


@identity.action("exchange.bodies.erase")
def erase_bodies(*, actor: Actor, record_id: UUID, reason: str) -> None:
    """Destroy them before their time; twice is once. Raises ExchangeRefusedError, also while they are held."""
    row, said = _row(actor, record_id), _reason(reason)
    identity.must(actor, "exchange.bodies.decide", _thing(row))
    if row.held_at is not None:
        raise ExchangeRefusedError("exchange.bodies_held")
    if row.key is not None:
        _erase([row.id], actor.who, said)
    identity.record(actor, _thing(row), after={"erased": row.parts, "reason": said})


@identity.action("exchange.bodies.expire")
def expire_bodies(*, actor: Actor, institution_id: UUID) -> int:
    """Destroy those of one institution whose time is over and which nobody holds; how many, AT_ONCE at most."""
    thing = Thing("institution", institution_id, institution_id)
    rows = KeptBodies.objects.select_for_update(skip_locked=True).filter(
        institution_id=institution_id, erase_on__lte=localdate(clock.now()), key__isnull=False, held_at=None
    )
    found = sorted(rows.order_by("erase_on").values_list("id", flat=True)[:AT_ONCE])
    _erase(found, None, "")
    identity.record(actor, thing, after={"expired": found})
    return len(found)


def institutions_with_expired() -> list[UUID]:
    """Whose bodies wait for their end, as the system sees it."""
    rows = KeptBodies.objects.filter(erase_on__lte=localdate(clock.now()), key__isnull=False, held_at=None)
    return list(rows.values_list("institution_id", flat=True).distinct())


def drop_without_key() -> int:
    """Take away pieces whose record never came (a node that fell while it wrote); how many."""
    kept = KeptBodies.objects.filter(key__isnull=False).values("id")
    return Payload.objects.filter(erase_on__lte=localdate(clock.now())).exclude(record_id__in=kept).delete()[0]


def _row(actor: Actor, record_id: UUID) -> KeptBodies:
    with tenancy.acting_as(SYSTEM):
        rows = KeptBodies.objects.select_for_update()
        row = rows.filter(institution_id=actor.workplace, id=record_id).first()
    if row is None:
        raise ExchangeRefusedError("exchange.not_there")
    return row


def _reason(reason: str) -> str:
    said = " ".join(reason.split())[:300]
    if not said:
        raise ExchangeRefusedError("exchange.needs_reason", "reason")
    return said


def _thing(row: KeptBodies) -> Thing:
    return Thing("exchange_record", row.id, row.institution_id)


def _set(record_id: UUID, **values: Any) -> None:
    with tenancy.acting_as(SYSTEM):
        KeptBodies.objects.filter(id=record_id).update(**values)


def _erase(record_ids: Sequence[UUID], by: UUID | None, reason: str) -> None:
    with tenancy.acting_as(SYSTEM):
        Payload.objects.filter(record_id__in=record_ids).delete()
        KeptBodies.objects.filter(id__in=record_ids).update(
            key=None, erased_by=by, erased_at=clock.now(), erased_because=reason
        )


def _zipped(
    receipt: dict[str, Any], box: Box, kept: Sequence[tuple[Part, Iterator[tuple[int, bytes]]]]
) -> Iterator[bytes]:
    """Not compressed, so that whoever checks it reads no more than there is."""
    out = _Outgoing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        file.writestr(RECEIPT, json.dumps(receipt, indent=1))
        for part, pieces in kept:
            with file.open(f"{part}.body", "w", force_zip64=True) as body:
                for number, sealed in pieces:
                    body.write(box.open(part, number, sealed))
                    yield out.taken()
    yield out.taken()


def _pieces(row: KeptBodies, part: Part) -> Iterator[tuple[int, bytes]]:
    """One body's pieces by number, one in memory."""
    rows = Payload.objects.filter(institution_id=row.institution_id, record_id=row.id, part=part)

    def read(last: tuple[int, bytes] | None) -> Sequence[tuple[int, bytes]]:
        number = last[0] + 1 if last else 0
        return [(number, bytes(one)) for one in rows.filter(number=number).values_list("sealed", flat=True)]

    return sheets.paged(read)


class _Outgoing(io.RawIOBase):
    """A file that is taken away as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since."""
        found, self._written = b"".join(self._written), []
        return found
