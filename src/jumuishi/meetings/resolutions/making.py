"""A decision becomes a resolution with an owner and a date, or a directive to every institution's head."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.meetings.minutes.record import corrected, decisions
from jumuishi.meetings.minutes.source import SYSTEM, decided_before, events_of, meeting_by_id
from jumuishi.meetings.minutes.types import Happened
from jumuishi.meetings.models import Body, Duty, Item, Meeting, Resolution
from jumuishi.meetings.resolutions.policies import resolution_thing
from jumuishi.meetings.resolutions.telling import tell_doers
from jumuishi.meetings.resolutions.types import ResolutionError


@dataclass(frozen=True)
class Decided:
    """A decision of a meeting as it is listed: its number, words, and what became of it already."""

    decision: UUID
    number: int
    year: int
    text: str
    is_closed: bool
    made: UUID | None = None


@dataclass(frozen=True)
class Wanted:
    """Who is to do it until when: `owner` is unit, person or heads; the budget line is the body's own word."""

    owner: str
    due_on: date
    unit: UUID | None = None
    person: UUID | None = None
    budget_line: str = ""


def decided_in(meeting: Meeting) -> list[Decided]:
    """The decisions of a meeting in their order; called as the platform."""
    found = decisions(corrected(events_of(meeting)))
    made = dict(Resolution.objects.filter(meeting=meeting).values_list("decision", "id"))
    before, year = decided_before(meeting), meeting.starts_at.year
    return [_decided(meeting, one, before + n, year, made) for n, one in enumerate(found, 1)]


def _decided(meeting: Meeting, one: Happened, number: int, year: int, made: dict[UUID, UUID]) -> Decided:
    key = UUID(str(one.body["decision"]))
    item = Item.objects.filter(meeting=meeting, id=str(one.body["item"])).first() if one.body.get("item") else None
    closed = one.is_closed or bool(item and item.is_closed)
    return Decided(key, number, year, str(one.body.get("text", "")), closed, made.get(key))


@identity.action("meetings.resolution.make")
def make_resolution(*, actor: Actor, meeting_id: UUID, decision: UUID, wanted: Wanted) -> UUID:
    """Give a decision to whoever is to do it; the same decision again is the same resolution.

    Raises NotAllowedError, ResolutionError.
    """
    with tenancy.acting_as(SYSTEM):
        meeting = meeting_by_id(meeting_id)
        if meeting is None:
            raise NotAllowedError("meetings.resolution.make")
        probe = Resolution(institution_id=meeting.institution_id)
        identity.must(actor, "meetings.resolution.make", resolution_thing(probe))
        one = next((each for each in decided_in(meeting) if each.decision == decision), None)
        if one is None:
            raise ResolutionError("no_decision")
        made = Resolution.objects.filter(institution_id=meeting.institution_id, decision=decision).first()
        if made is None:
            homes = _homes(meeting, wanted)
            made = Resolution.objects.create(
                institution_id=meeting.institution_id, body=meeting.body, meeting=meeting, decision=decision,
                number=one.number, year=one.year, text=one.text,
                what="directive" if wanted.owner == "heads" else "resolution", owner=wanted.owner,
                budget_line=wanted.budget_line.strip()[:120], due_on=wanted.due_on,
                is_public=meeting.is_public and not one.is_closed, made_by=actor.who, made_at=clock.now(),
            )  # fmt: skip
            duties = Duty.objects.bulk_create(
                Duty(institution_id=home, resolution=made, asked_by=meeting.institution_id, is_public=made.is_public,
                     unit_id=wanted.unit, person_id=wanted.person, due_on=wanted.due_on)
                for home in homes
            )  # fmt: skip
            tell_doers(made, duties, "new")
        identity.record(actor, resolution_thing(made), after={
            "number": str(made), "owner": wanted.owner, "unit": wanted.unit, "person": wanted.person,
            "due_on": made.due_on, "duties": made.duties.count(),
        })  # fmt: skip
        return made.id


def _homes(meeting: Meeting, wanted: Wanted) -> list[UUID]:
    """Whose duty it becomes. Raises ResolutionError."""
    home = meeting.institution_id
    if wanted.due_on < institutions.today():
        raise ResolutionError("due_past")
    if wanted.owner == "heads":
        # What a council decides does not bind other institutions; a national session's directives do.
        if meeting.body.what != Body.What.SESSION:
            raise ResolutionError("not_session")
        return [one.id for one in institutions.approved()]
    if wanted.owner == "unit" and wanted.unit in {one for one, _ in institutions.units_of(home)}:
        return [home]
    if wanted.owner == "person" and wanted.person in {one.person_id for one in institutions.people_in(home)}:
        return [home]
    raise ResolutionError("no_owner")
