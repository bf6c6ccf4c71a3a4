"""What this room holds about a person: seats, and all that somebody does and is told as a member; followed calendars.

Members own no rows: what is theirs lies in institutions' tables, and is read as the platform, by their own seats alone.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from jumuishi.identity.holdings import Copy, Fate, Holder, Holding, data_of, in_words, register_holder
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.kernel.canonical import plain
from jumuishi.kernel.text import both
from jumuishi.meetings import forgetting
from jumuishi.meetings.models import (
    Apology,
    Ballot,
    Contact,
    Correction,
    Duty,
    Event,
    Feed,
    Follow,
    Member,
    Service,
    Sheet,
    Signature,
)

SYSTEM = tenancy.Principal.system()
M = TypeVar("M", bound=Model)
AT_ONCE = 500
# What stays of a seat, with the text that says why. The rest is erased when it is asked for.
KEPT = {
    "service": "meetings.kept_service", "attendance": "meetings.kept_record", "ballot": "meetings.kept_record",
    "correction": "meetings.kept_record", "signature": "meetings.kept_record", "allowance": "meetings.kept_money",
    "duty": "meetings.kept_record",
}  # fmt: skip
# What an event says of whom it is about; it may name others too.
_OWN = ("way", "reason", "nature", "what", "text", "act", "name", "counts")


class Sits(Holder):
    """Members of bodies; by the seat."""

    room = "meetings"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """Kinds by institution; the platform's are the addresses of calendars and who follows what."""
        with tenancy.acting_as(SYSTEM):
            seats = list(Member.objects.filter(person_id=person_id).order_by("institution_id", "id"))
            found = []
            for home in dict.fromkeys(one.institution_id for one in seats):
                mine = [one for one in seats if one.institution_id == home]
                counts = {"seat": len(mine)} | {kind: rows.count() for kind, rows in _kinds(mine).items()}
                found += [in_words("meetings", kind, home, n) for kind, n in counts.items() if n]
            for kind, rows in _platform(person_id).items():
                found += [in_words("meetings", kind, None, n)] if (n := rows.count()) else []
        return found

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Everything, seat by seat."""
        seats = Member.objects.filter(person_id=person_id).select_related("body")
        for seat in _read(seats.filter(institution_id=institution_id) if institution_id else seats):
            yield Copy("seat", seat.institution_id, _seat(seat))
            for kind, rows in _kinds([seat]).items():
                for row in _read(rows):
                    yield Copy(kind, seat.institution_id, _data(kind, row, seat))
        if institution_id is None:
            for kind, rows in _platform(person_id).items():
                for row in _read(rows):
                    yield Copy(kind, None, data_of(row, *_FIELDS[kind]))

    def erase(self, *, actor: Actor, person_id: UUID, institution_id: UUID, reason: str) -> Iterator[Fate]:
        """How a former member was reached, and why one did not come, go; the record of the body stays."""
        seats = Member.objects.filter(person_id=person_id, institution_id=institution_id).select_related("body")
        for seat in _read(seats):
            name = seat.body.name["sw"]
            for kind, key, thing in forgetting.forget(actor=actor, member_id=seat.id, reason=reason):
                yield Fate(kind, key, thing, True)
            if not forgetting.is_over(seat):
                yield Fate("seat", seat.id, name, False, both("meetings.kept_seat"))
            with tenancy.acting_as(SYSTEM):
                there = [kind for kind, rows in _kinds([seat]).items() if kind in KEPT and rows.exists()]
            for why in dict.fromkeys(KEPT[kind] for kind in there):
                yield Fate("seat", seat.id, name, False, both(why))


def _kinds(seats: list[Member]) -> dict[str, QuerySet[Any]]:
    """What belongs to seats of one institution, by kind."""
    home, keys = seats[0].institution_id, [str(one.id) for one in seats]
    people = {one.person_id for one in seats if one.person_id is not None}
    about = Q(body__member__in=keys) | Q(body__presiding__in=keys) | Q(body__teller__in=keys)
    ours, bodies = {"institution_id": home}, {one.body_id for one in seats}
    return {
        "service": Service.objects.filter(**ours, member__in=seats).select_related("notice"),
        "apology": Apology.objects.filter(**ours, member__in=seats).exclude(reason=""),
        "attendance": Event.objects.filter(about, **ours, meeting__body__in=bodies),
        "ballot": Ballot.objects.filter(**ours, member__in=seats),
        "correction": Correction.objects.filter(**ours, member__in=seats),
        "signature": Signature.objects.filter(**ours, meeting__body__in=bodies, person_id__in=people),
        "allowance": Sheet.objects.filter(
            Q(*(Q(rows__contains=[{"member": key}]) for key in keys), _connector=Q.OR), **ours
        ),
        "duty": Duty.objects.filter(**ours, resolution__body__in=bodies, person_id__in=people),
    }


def _platform(person_id: UUID) -> dict[str, QuerySet[Any]]:
    return {
        "feed": Feed.objects.filter(person_id=person_id),
        "follow": Follow.objects.filter(person_id=person_id),
    }


_FIELDS = {
    "service": ("opened_at", "acknowledged_at", "way", "noted"),
    "apology": ("meeting_id", "reason", "way", "at", "withdrawn_at"),
    "ballot": ("meeting_id", "vote", "choice", "way", "at"),
    "correction": ("meeting_id", "paragraph", "text", "why", "at", "state", "reason", "decided_at"),
    "signature": ("meeting_id", "role", "name", "sha256", "at"),
    "duty": ("state", "due_on", "committed_on", "acknowledged_at", "reported_at", "accepted_at"),
    "feed": ("made_at", "ended_at"),
    "follow": ("body_id", "ward", "began_at", "ended_at"),
}


def _data(kind: str, row: Any, seat: Member) -> dict[str, Any]:
    if kind == "allowance":
        mine: dict[str, Any] = next(one for one in row.rows if one["member"] == str(seat.id))
        return {"meeting_id": str(row.meeting_id), "agreed_at": plain(row.agreed_at)} | mine
    if kind == "attendance":
        said = {key: one for key, one in row.body.items() if key in _OWN}
        return {"meeting_id": str(row.meeting_id), "number": row.seq, "at": plain(row.at), "what": row.kind} | said
    data = data_of(row, *_FIELDS[kind])
    if kind == "service":
        data |= {"meeting_id": str(row.notice.meeting_id), "notice": row.notice.what, "told_at": plain(row.notice.at)}
    return data


def _seat(seat: Member) -> dict[str, Any]:
    with tenancy.acting_as(SYSTEM):
        contact = Contact.objects.filter(member=seat).first()
    reached = data_of(contact, "phone", "email", "language") if contact else {}
    return (
        {"body": seat.body.name}
        | data_of(seat, "id", "name", "role", "seat", "place", "from_on", "until_on", "ended_why")
        | reached
    )


def _read(rows: QuerySet[M]) -> Iterator[M]:
    """Each row in the order of its making, some at a time; between them the principal is the caller's."""
    last: Any = None
    while True:
        with tenancy.acting_as(SYSTEM):
            found = list((rows.filter(pk__gt=last) if last else rows).order_by("pk")[:AT_ONCE])
        yield from found
        if len(found) < AT_ONCE:
            return
        last = found[-1].pk


register_holder(Sits())
