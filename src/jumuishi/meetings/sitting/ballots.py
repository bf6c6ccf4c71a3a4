"""A vote by name. It holds no lock of the meeting; the same again is the same answer, and another choice is refused."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.statements import Often, Soon
from jumuishi.meetings.hall import votes
from jumuishi.meetings.hall.events import CHOICES
from jumuishi.meetings.hall.state import State, from_json
from jumuishi.meetings.hall.turn import refuse
from jumuishi.meetings.models import Ballot, Meeting
from jumuishi.meetings.orders.types import Way
from jumuishi.meetings.sitting import barrier, places
from jumuishi.meetings.sitting.policies import seat_thing
from jumuishi.meetings.terms import members_at

SYSTEM = tenancy.Principal.system()
# One look: the meeting, the seat that this very person fills on its day, what was given for that seat, and of the hall
# what decides whether a ballot is taken. A hall of a long day is a hundred times as much. The ballot is looked for by
# itself, so that no plan reads all that were given in the vote. Who is in office is `terms.members_at` in SQL.
_LOOK = Often("""
SELECT m.institution_id, s.id, s.person_id, b.id, b.choice, b.at, jsonb_strip_nulls(jsonb_build_object(
    'phase', h.phase, 'recused', h.recused,
    'present', jsonb_build_object(coalesce(s.id::text, ''), h.present -> s.id::text),
    'votes', jsonb_build_object(%(vote)s::text, h.votes -> %(vote)s::text)))::text
FROM meetings_meeting m
CROSS JOIN LATERAL jsonb_to_record(m.hall) AS h (phase jsonb, recused jsonb, present jsonb, votes jsonb)
LEFT JOIN meetings_member s ON s.institution_id = m.institution_id AND s.body_id = m.body_id
  AND s.person_id = %(person)s::uuid
  AND (m.starts_at AT TIME ZONE %(zone)s::text)::date BETWEEN s.from_on AND coalesce(s.until_on, 'infinity')
LEFT JOIN LATERAL (
  SELECT id, choice, at FROM meetings_ballot
  WHERE institution_id = m.institution_id AND vote = %(key)s::uuid AND member_id = s.id LIMIT 1
) b ON true
WHERE m.id = %(meeting)s::uuid
ORDER BY s.id LIMIT 1
""")
_KEEP = (
    "INSERT INTO meetings_ballot (id, institution_id, meeting_id, vote, member_id, choice, way, command, at) VALUES "
    "(%(id)s, %(institution)s, %(meeting)s, %(vote)s, %(member)s, %(choice)s, %(way)s, %(command)s, %(at)s)"
)
_KEEP_NOW, _KEEP_SOON = Often(_KEEP), Soon(_KEEP)


@dataclass(frozen=True)
class Kept:
    """A ballot as it lies in the table."""

    id: UUID
    choice: str
    at: datetime


@dataclass(frozen=True)
class Received:
    """A ballot that is kept: whose, for what, since when; `is_again` where it was there before."""

    id: UUID
    choice: str
    at: datetime
    is_again: bool


@dataclass(frozen=True)
class _Voter:
    """Whose ballot it is, in which way it is given, what was given before; `state` as far as it decides of this one."""

    seat: Thing
    way: Way
    kept: Kept | None
    state: State


def give_ballot(*, actor: Actor, meeting_id: UUID, vote: str, choice: str, command: str, member: str = "") -> Received:
    """Hand in a member's vote: one's own by device, or, from the desk, that of a `member` who was called by name.

    Raises RefusedError: another choice was given before, the vote is over, or one is not entitled (any more).
    """
    give = partial(
        _give_ballot, actor=actor, meeting_id=meeting_id, vote=vote, choice=choice, command=command, member=member
    )
    try:
        return give()
    except IntegrityError:
        # Of two that came at once for one seat the database took the other: now that one is there to be read.
        return give()


@identity.action("meetings.ballot.give")
def _give_ballot(*, actor: Actor, meeting_id: UUID, vote: str, choice: str, command: str, member: str) -> Received:
    with tenancy.acting_as(SYSTEM):
        barrier.share(meeting_id)
        voter = _voter(actor, meeting_id, vote, member)
        seat, state, kept = voter.seat, voter.state, voter.kept
        if vote not in state.votes:
            refuse("no_such_vote")
        if choice not in CHOICES:
            refuse("bad_choice")
        is_again = kept is not None
        if kept is None:
            if not votes.may_vote(state, vote, str(seat.id)):
                refuse("not_entitled" if state.votes[vote].state == "open" else "vote_over")
            if voter.way not in state.votes[vote].ways:
                refuse("bad_way")
            kept = Kept(new_id(), choice, clock.now())
            _keep(kept, meeting_id, seat, UUID(vote), voter.way, UUID(command))
        if kept.choice != choice:
            refuse("voted_already", choice=kept.choice)
        identity.record(
            actor, Thing("ballot", kept.id, seat.institution_id, seat.person_id),
            after={"vote": vote, "member": seat.id, "choice": choice, "way": voter.way, "again": is_again},
        )  # fmt: skip
    return Received(kept.id, kept.choice, kept.at, is_again)


def _voter(actor: Actor, meeting_id: UUID, vote: str, member: str) -> _Voter:
    """Whose ballot it is: one's own by device, or by roll call from the desk."""
    asked: dict[str, Any] = {"meeting": meeting_id, "person": actor.who, "zone": settings.TIME_ZONE}
    try:
        asked |= {"vote": vote, "key": UUID(vote)}
    except ValueError:
        # By a text that is no id no vote is found.
        asked |= {"vote": "", "key": None}
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, asked)
        row = cursor.fetchone()
    if row is None:
        raise NotAllowedError("meetings.ballot.give")
    institution, mine, person, *kept, hall = row
    if mine is not None and member in ("", str(mine)):
        seat, state = Thing("seat", mine, institution, person), from_json(json.loads(hall))
        by_device = vote in state.votes and Way.DEVICE in state.votes[vote].ways
        if by_device and identity.may(actor, "meetings.hall.take_part", seat):
            return _Voter(seat, Way.DEVICE, Kept(*kept) if kept[0] else None, state)
    return _called(actor, meeting_id, vote, member)


def _called(actor: Actor, meeting_id: UUID, vote: str, member: str) -> _Voter:
    """The same by a look at everybody: who has come in as another person, and whom the desk calls."""
    meeting = Meeting.objects.get(id=meeting_id)
    members, state = members_at(meeting), places.state_of(meeting)
    part = places.part_of(actor, meeting, state, members)
    ways = state.votes[vote].ways if vote in state.votes else ()
    called, way = part.member, Way.DEVICE
    if called is None or member not in ("", part.id) or (part.runs_desk and Way.DEVICE not in ways):
        called, way = next((one for one in members if str(one.id) == (member or part.id)), None), Way.ROLL
        if called is None or not part.runs_desk:
            raise NotAllowedError("meetings.ballot.give")
    rows = Ballot.objects.filter(vote=UUID(vote), member=called) if vote in state.votes else Ballot.objects.none()
    kept = rows.values_list("id", "choice", "at").first()
    return _Voter(seat_thing(called), way, Kept(*kept) if kept else None, state)


def _keep(ballot: Kept, meeting_id: UUID, seat: Thing, vote: UUID, way: Way, command: UUID) -> None:
    """With the COMMIT of its own transaction; within another's at once, where who came second is told here."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_NOW if connection.savepoint_ids else _KEEP_SOON, {
            "id": ballot.id, "institution": seat.institution_id, "meeting": meeting_id, "vote": vote,
            "member": seat.id, "choice": ballot.choice, "way": way.value, "command": command, "at": ballot.at,
        })  # fmt: skip
