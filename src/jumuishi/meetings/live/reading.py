"""What the process reads; always as the platform, for the audience is decided here and not by the reader."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count
from django.utils.timezone import localtime

from jumuishi.identity import public as identity
from jumuishi.kernel import clock, tenancy
from jumuishi.meetings.hall.state import State, from_json
from jumuishi.meetings.live.screens import Happened, Names
from jumuishi.meetings.models import Ballot, Event, Item, Meeting, Member
from jumuishi.meetings.terms import in_office

T = TypeVar("T")
SYSTEM = tenancy.Principal.system()
# States in which a meeting has a hall to be told of.
TOLD = (Meeting.State.CALLED, Meeting.State.OPEN, Meeting.State.ADJOURNED, Meeting.State.ENDED)


@dataclass(frozen=True)
class Found:
    """A meeting as its row has it, how its hall stands, and its events after a number, in their order."""

    id: UUID
    body_id: UUID
    hall: State
    is_public: bool
    is_closed: bool
    events: tuple[Happened, ...]


def apart(read: Callable[[], T]) -> T:
    """Run a read in a thread of the process: one transaction, and the connection given back after it."""
    try:
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            return read()
    finally:
        connection.close()


def found(meeting_id: UUID, after: int) -> Found | None:
    """The meeting with what happened after `after`; None where there is none that has been called. Two queries."""
    # The row last: where a session was closed in between, the row says so and the public is told nothing.
    events = tuple(
        Happened(one.seq, one.kind, one.body, one.at, one.is_closed)
        for one in Event.objects.filter(meeting_id=meeting_id, seq__gt=after).order_by("seq")
    )
    row = Meeting.objects.filter(id=meeting_id, state__in=TOLD).first()
    if row is None:
        return None
    hall = from_json(row.hall)
    return Found(row.id, row.body_id, hall, row.is_public, row.is_closed_now or hall.is_closed, events)


def names(meeting_id: UUID, body_id: UUID) -> Names:
    """Members' names and agenda items, by id. Two queries."""
    members = {str(key): name for key, name in Member.objects.filter(body_id=body_id).values_list("id", "name")}
    items = {str(one.id): (one.number, one.title, one.is_closed) for one in Item.objects.filter(meeting_id=meeting_id)}
    return Names(members, items)


def numbers(meeting_ids: Collection[UUID]) -> dict[UUID, int]:
    """The number of each meeting's last event. One query."""
    return dict(Meeting.objects.filter(id__in=meeting_ids).values_list("id", "seq"))


def ballots(votes: Collection[UUID]) -> dict[UUID, int]:
    """How many have voted, by vote. One query for all votes that are open."""
    rows = Ballot.objects.filter(vote__in=votes).values("vote").annotate(n=Count("id")).values_list("vote", "n")
    return dict(rows)


# A person, or a session, and a body: the seats that are theirs in it, by id as the hall writes it.
Seats = dict[tuple[T, UUID], frozenset[str]]


def sitting(people: Collection[UUID], bodies: Collection[UUID]) -> Seats[UUID]:
    """Who of these people sits in which of these bodies today, under whichever of their names.

    Two queries.
    """
    today = localtime(clock.now()).date()
    rows = Member.objects.filter(in_office(today), body_id__in=bodies).exclude(person_id=None)
    seats = [(one.person_id, one.body_id, str(one.id)) for one in rows if one.person_id is not None]
    natural = identity.natural_people({*people, *(person for person, _, _ in seats)})
    held: dict[tuple[UUID, UUID], set[str]] = {}
    for person, body, seat in seats:
        held.setdefault((natural[person], body), set()).add(seat)
    return {
        (person, body): frozenset(held[natural[person], body])
        for person in people
        for body in bodies
        if (natural[person], body) in held
    }


def seats_of(person: UUID, body: UUID) -> frozenset[str]:
    """The seats that one fills in a body today; empty for who is no member."""
    return sitting([person], [body]).get((person, body), frozenset())


def ahead_of(person: UUID) -> list[Meeting]:
    """The meetings of a person's bodies that are called or going on, the next first; as the platform. Three queries."""
    with tenancy.acting_as(SYSTEM):
        today = localtime(clock.now()).date()
        natural = identity.natural_people([person])[person]
        seats = Member.objects.filter(in_office(today), person_id__in={person, natural})
        bodies = list(seats.values_list("body_id", flat=True))
        going = [one for one in TOLD if one != Meeting.State.ENDED]
        rows = Meeting.objects.filter(body_id__in=bodies, state__in=going).select_related("body")
        return list(rows.order_by("starts_at", "id"))


def members_among(keys: Collection[str], bodies: Collection[UUID]) -> Seats[str]:
    """Which sessions are whose who sits in which of these bodies today. Four queries."""
    people = identity.people_of_sessions(keys)
    rows = sitting(set(people.values()), bodies)
    return {
        (key, body): rows[person, body] for key, person in people.items() for body in bodies if (person, body) in rows
    }
