"""A vote by name. It holds no lock of the meeting; the same again is the same answer, and another choice is refused."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.hall import votes
from jumuishi.meetings.hall.events import CHOICES
from jumuishi.meetings.hall.state import State
from jumuishi.meetings.hall.turn import refuse
from jumuishi.meetings.models import Ballot, Meeting, Member
from jumuishi.meetings.orders.types import Way
from jumuishi.meetings.sitting import barrier, places

SYSTEM = tenancy.Principal.system()


@dataclass(frozen=True)
class Received:
    """A ballot that is kept: whose, for what, since when; `is_again` where it was there before."""

    id: UUID
    choice: str
    at: datetime
    is_again: bool
    institution_id: UUID


@identity.action("meetings.ballot.give")
def give_ballot(*, actor: Actor, meeting_id: UUID, vote: str, choice: str, command: str, member: str = "") -> Received:
    """Hand in a member's vote: one's own by device, or, from the desk, that of a `member` who was called by name.

    Raises RefusedError: another choice was given before, the vote is over, or one is not entitled (any more).
    """
    with tenancy.acting_as(SYSTEM):
        barrier.share(meeting_id)
        meeting = Meeting.objects.filter(id=meeting_id).first()
        if meeting is None:
            raise NotAllowedError("meetings.ballot.give")
        state = places.state_of(meeting)
        ways = state.votes[vote].ways if vote in state.votes else ()
        voter, way = _voter(actor, meeting, state, member, ways)
        if vote not in state.votes:
            refuse("no_such_vote")
        if choice not in CHOICES:
            refuse("bad_choice")
        kept = Ballot.objects.filter(vote=UUID(vote), member=voter).first()
        if kept is None:
            if not votes.may_vote(state, vote, str(voter.id)):
                refuse("not_entitled" if state.votes[vote].state == "open" else "vote_over")
            if way not in ways:
                refuse("bad_way")
            kept, is_new = _insert(meeting, vote, voter, choice, way, command)
        else:
            is_new = False
        if kept.choice != choice:
            refuse("voted_already", choice=kept.choice)
        identity.record(
            actor, Thing("ballot", kept.id, meeting.institution_id, voter.person_id),
            after={"vote": vote, "member": voter.id, "choice": choice, "way": way, "again": not is_new},
        )  # fmt: skip
    return Received(kept.id, kept.choice, kept.at, not is_new, meeting.institution_id)


def _voter(actor: Actor, meeting: Meeting, state: State, member: str, ways: tuple[str, ...]) -> tuple[Member, Way]:
    """Whose ballot it is, and in which way: one's own by device, or by roll call from the desk."""
    mine = places.seat_of(actor, meeting) if Way.DEVICE in ways else None
    if mine is not None and member in ("", str(mine.id)):
        return mine, Way.DEVICE
    members = places.members_of(meeting)
    part = places.part_of(actor, meeting, state, members)
    if member in ("", part.id) and part.member is not None and not (part.runs_desk and Way.DEVICE not in ways):
        return part.member, Way.DEVICE
    called = next((one for one in members if str(one.id) == (member or part.id)), None)
    if called is None or not part.runs_desk:
        raise NotAllowedError("meetings.ballot.give")
    return called, Way.ROLL


def _insert(meeting: Meeting, vote: str, voter: Member, choice: str, way: Way, command: str) -> tuple[Ballot, bool]:
    """Keep it; of two that come at once the database takes one."""
    row = Ballot(
        id=new_id(), institution_id=meeting.institution_id, meeting=meeting, vote=UUID(vote), member=voter,
        choice=choice, way=way.value, command=UUID(command), at=clock.now(),
    )  # fmt: skip
    Ballot.objects.bulk_create([row], ignore_conflicts=True)
    kept = Ballot.objects.get(vote=UUID(vote), member=voter)
    return kept, kept.id == row.id
