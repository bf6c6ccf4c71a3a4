"""An act of a meeting: checked as the person at the keys, decided by the hall, kept as events, told to screens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import digest
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall import machine
from jumuishi.meetings.hall.events import Event as Happened
from jumuishi.meetings.hall.state import State, to_json
from jumuishi.meetings.hall.turn import refuse
from jumuishi.meetings.models import Ballot, Event, Item, Meeting
from jumuishi.meetings.sitting import barrier, places, rights
from jumuishi.meetings.sitting.policies import meeting_thing
from jumuishi.meetings.terms import members_at, orders_at

CHANNEL = "meetings"
SYSTEM = tenancy.Principal.system()
# What ends a vote, or somebody's right to vote in it: it waits for the ballots under way.
ENDS = (c.EndVote, c.CancelVote, c.Leave, c.Recuse, c.Adjourn, c.End, c.NameDisorder)
TRIES, WITHIN = 10, 900  # so often a code may be written within so many seconds
PHASES = {"before": Meeting.State.CALLED, "open": Meeting.State.OPEN, "adjourned": Meeting.State.ADJOURNED,
          "ended": Meeting.State.ENDED}  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What an act became: the meeting's number after it, the kinds of its events, and whether it was there before."""

    seq: int
    kinds: tuple[str, ...]
    is_again: bool = False


@identity.action("meetings.hall.act")
def act(*, actor: Actor, meeting_id: UUID, command: c.Command) -> Done:
    """Do a command once, however often it is sent.

    Raises RefusedError with the rule that says no, NotAllowedError for who may not.
    """
    with tenancy.acting_as(SYSTEM):
        meeting = barrier.locked(meeting_id)
        if meeting is None:
            raise NotAllowedError("meetings.hall.act")
        members, state = members_at(meeting), places.state_of(meeting)
        part = places.part_of(actor, meeting, state, members)
        before = _before(meeting, command, actor)
        if before:
            identity.record(actor, meeting_thing(meeting), after={"sent_again": command.id})
            return Done(before[-1].seq, tuple(one.kind for one in before), is_again=True)
        rights.check(part, state, command, members)
        _check_code(meeting, part, command)
        if meeting.state not in places.GOING:
            refuse("not_called" if meeting.state == Meeting.State.PLANNED else "ended")
        if isinstance(command, c.Open) and clock.now() < meeting.starts_at:
            # Whoever comes at the hour of the notice would find it decided.
            refuse("too_early")
        if state.vote and isinstance(command, ENDS):
            barrier.alone(meeting_id)
        facts = places.facts_of(meeting, members, places.items_of(meeting))
        events = machine.decide(
            orders_at(meeting), facts, state, _filled(meeting, state, command), clock.now(), str(actor.who)
        )
        _keep(meeting, state, events, command.id)
        kinds = tuple(one.kind for one in events)
        identity.record(actor, meeting_thing(meeting), after={
            "command": type(command).__name__, "id": command.id, "kinds": kinds, "seq": events[-1].seq,
            "digest": digest([{"seq": one.seq, "kind": one.kind, "body": one.body} for one in events]),
        })  # fmt: skip
        tell(meeting_id)
    return Done(events[-1].seq, kinds)


def _check_code(meeting: Meeting, part: places.Part, command: c.Command) -> None:
    """A member who says to be in the hall writes what stands there; the desk sees who is."""
    if not isinstance(command, c.Arrive) or command.way != "hall" or part.runs_desk:
        return
    if "".join(command.code.split()) != places.code_of(meeting):
        refuse("code")


def try_code(meeting_id: UUID, member: str) -> None:
    """Count one try of an attendance code, before the act and outside its transaction, which a wrong one undoes.

    Raises RefusedError for one too many.
    """
    if not identity.hit(f"{meeting_id}:{member}", "attendance", TRIES, WITHIN):
        refuse("code_often")


def _before(meeting: Meeting, command: c.Command, actor: Actor) -> list[Event]:
    """The events of the first time. Raises NotAllowedError where the id is somebody else's."""
    rows = list(Event.objects.filter(meeting=meeting, command=UUID(command.id)).order_by("part"))
    if rows and rows[0].by != actor.who:
        raise NotAllowedError("meetings.hall.act")
    return rows


def _filled(meeting: Meeting, state: State, command: c.Command) -> c.Command:
    """A command with what the tables know and its sender does not say."""
    if isinstance(command, c.EndVote) and command.vote in state.votes:
        rows = Ballot.objects.filter(meeting=meeting, vote=UUID(command.vote)).order_by("at", "id")
        return replace(
            command, roll=tuple({"member": str(one.member_id), "choice": one.choice, "way": one.way} for one in rows)
        )
    if isinstance(command, c.Correct):
        kind = Event.objects.filter(meeting=meeting, seq=command.seq).values_list("kind", flat=True).first()
        return replace(command, kind=kind or "")
    return command


def _keep(meeting: Meeting, before: State, events: Sequence[Happened], command: str) -> None:
    """The events, and the meeting as it stands after them; an item's outcome goes beside its item."""
    state, rows = before, []
    for part, one in enumerate(events):
        # Closed is what lies between: that it closes and that it opens again everybody may know.
        is_closed = state.is_closed and one.kind != "session.opened"
        state = machine.apply(state, one)
        rows.append(Event(
            institution_id=meeting.institution_id, meeting=meeting, seq=one.seq, kind=one.kind, body=dict(one.body),
            at=one.at, by=UUID(one.by) if one.by else None, command=UUID(command), part=part, is_closed=is_closed,
        ))  # fmt: skip
        if one.kind == "item.ended":
            Item.objects.filter(meeting=meeting, id=UUID(one.body["item"])).update(outcome=one.body["outcome"])
    Event.objects.bulk_create(rows)
    meeting.hall, meeting.seq, meeting.is_closed_now = to_json(state), state.seq, state.is_closed
    meeting.state = PHASES[state.phase]
    meeting.save(update_fields=["hall", "seq", "is_closed_now", "state"])


def tell(meeting_id: UUID) -> None:
    """Whoever listens hears, once this is committed, that the meeting moved on; for acts, never for a ballot."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(meeting_id)])
