"""What an act of a meeting needs from the tables, and who somebody is in it. Read as the platform."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import tenancy
from jumuishi.meetings.hall.outside import from_outside
from jumuishi.meetings.hall.state import Facts, Matter, Seat, State, from_json
from jumuishi.meetings.models import Body, Item, Meeting, Member
from jumuishi.meetings.orders.types import Orders
from jumuishi.meetings.sitting.policies import meeting_thing, seat_thing
from jumuishi.meetings.terms import members_at, orders_at

SYSTEM = tenancy.Principal.system()
GOING = (Meeting.State.CALLED, Meeting.State.OPEN, Meeting.State.ADJOURNED)
CLERK = "secretary"  # a body's own secretary, who has a seat in it and no post at the institution
CHAIRS = ("chair", "vice")  # who opens a meeting; from then on who presides does what the chair does


@dataclass(frozen=True)
class Place:
    """A meeting with all that its acts and screens need of it."""

    meeting: Meeting
    state: State
    members: list[Member]
    items: list[Item]
    orders: Orders
    facts: Facts


@dataclass(frozen=True)
class Part:
    """Who somebody is in a meeting: a member or none, its secretary or not, presiding or not; `person` at the keys."""

    person: UUID
    member: Member | None
    keeps: bool
    presides: bool

    @property
    def runs_desk(self) -> bool:
        """Whether the desk is this one's."""
        return self.keeps or self.presides

    @property
    def id(self) -> str:
        """The member's id as the hall writes it; empty for who is none."""
        return str(self.member.id) if self.member else ""

    @property
    def teller(self) -> str:
        """The name under which this one counts."""
        return self.id or f"office:{self.person}"


@contextmanager
def as_platform() -> Iterator[None]:
    """A read of the platform itself, in the transaction that is open or in one of its own."""
    with tenancy.acting_as(SYSTEM), transaction.atomic(savepoint=False):
        yield


def items_of(meeting: Meeting) -> list[Item]:
    """Its agenda in order."""
    rows = Item.objects.filter(institution_id=meeting.institution_id, meeting=meeting)
    return list(rows.order_by("position", "id"))


def facts_of(meeting: Meeting, members: list[Member], items: list[Item]) -> Facts:
    """What the hall needs to know of them."""
    return Facts(
        members={str(one.id): Seat(one.name, one.role) for one in members},
        items={str(one.id): Matter(one.number, one.is_closed, one.decision) for one in items},
        seats=meeting.body.seats,
        is_assembly=meeting.body.what == Body.What.ASSEMBLY,
        is_public=meeting.is_public,
    )


def place_of(meeting: Meeting) -> Place:
    """All of it: two queries, beside the meeting's own with its body and edition."""
    members, items = members_at(meeting), items_of(meeting)
    facts = facts_of(meeting, members, items)
    return Place(meeting, state_of(meeting), members, items, orders_at(meeting), facts)


def part_of(actor: Actor, meeting: Meeting, state: State, members: list[Member]) -> Part:
    """Who the actor is in a meeting. Raises NotAllowedError for whoever has no part in it at all."""
    keeps = identity.may(actor, "meetings.hall.keep", meeting_thing(meeting))
    mine = _member(actor, members)
    if mine is None and not keeps:
        raise NotAllowedError("meetings.hall.take_part")
    presides = mine is not None and _presides(state, mine)
    keeps = keeps or (mine is not None and mine.role == CLERK)
    # Whoever is out for the open item does not write down what is said about it: who presides does, or another.
    return Part(actor.who, mine, keeps and not (mine and str(mine.id) in state.out_now), presides)


def seen_by(place: Place, part: Part) -> Place:
    """The place as this one may see it: who is out for the open item sees nothing of what is dealt with."""
    return replace(place, state=from_outside(place.state)) if part.id in place.state.out_now else place


def _member(actor: Actor, members: list[Member]) -> Member | None:
    """Whose seat it is, by one look at who is the same natural person."""
    known = [one for one in members if one.person_id is not None]
    natural = identity.natural_people([actor.who, *(one.person_id for one in known if one.person_id)])
    mine = next((one for one in known if one.person_id and natural[one.person_id] == natural[actor.who]), None)
    return mine if mine and identity.may(actor, "meetings.hall.take_part", seat_thing(mine)) else None


def _presides(state: State, member: Member) -> bool:
    """Who presides; until somebody does, or where that one has gone, chair and vice."""
    if state.phase == "before" or state.presiding not in state.present:
        return member.role in CHAIRS
    return state.presiding == str(member.id)


def state_of(meeting: Meeting) -> State:
    """How it stands."""
    return from_json(meeting.hall)


def code_of(meeting: Meeting) -> str:
    """Six digits that are shown in the hall: whoever writes them is there."""
    drawn = salted_hmac("meetings.attendance", str(meeting.id), algorithm="sha256").hexdigest()
    return f"{int(drawn, 16) % 1_000_000:06d}"
