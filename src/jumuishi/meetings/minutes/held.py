"""The meeting and its minutes that an act is about, locked; and keeping what the act made of them."""

from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import clock
from jumuishi.meetings.minutes import merging
from jumuishi.meetings.minutes.attendance import stays
from jumuishi.meetings.minutes.policies import minutes_thing, seat_thing
from jumuishi.meetings.minutes.record import corrected
from jumuishi.meetings.minutes.source import ended_at, events_of, meeting_by_id
from jumuishi.meetings.minutes.types import MinutesError, Paragraph
from jumuishi.meetings.models import Meeting, Member, Minutes, MinutesEdition
from jumuishi.meetings.terms import members_at


def meeting_for(actor: Actor, meeting_id: UUID, verb: str) -> Meeting:
    """The meeting, if the actor may; called as the platform. Raises NotAllowedError."""
    meeting = meeting_by_id(meeting_id)
    if meeting is None:
        raise NotAllowedError(verb)
    identity.must(actor, verb, minutes_thing(meeting))
    return meeting


def minutes_for(actor: Actor, meeting_id: UUID, *states: str) -> Minutes:
    """The minutes for changing, locked, for their secretary. Raises NotAllowedError, MinutesError when past that."""
    meeting_for(actor, meeting_id, "meetings.minutes.keep")
    return locked(meeting_id, *states)


def locked(meeting_id: UUID, *states: str) -> Minutes:
    """The minutes, locked; raises MinutesError where there are none or they are past that."""
    rows = Minutes.objects.select_for_update(of=("self",)).select_related("meeting__body", "meeting__edition")
    found = rows.filter(meeting_id=meeting_id).first()
    if found is None or (states and found.state not in states):
        raise MinutesError("past_that")
    return found


def seat_of(actor: Actor, meeting: Meeting) -> Member | None:
    """The actor's own seat in the body on that day; called as the platform."""
    every = [one for one in members_at(meeting) if one.person_id is not None]
    mine = (one for one in every if identity.may(actor, "meetings.minutes.take_part", seat_thing(one)))
    return next(mine, None)


def sat_there(member: Member, meeting: Meeting) -> bool:
    """Whether the member came to the meeting."""
    found = stays(corrected(events_of(meeting)), [str(member.id)], ended_at(meeting))
    return found[str(member.id)].is_present


def keep(minutes: Minutes) -> None:
    """Store what an act changed."""
    minutes.version += 1
    minutes.save()


def keep_edition(minutes: Minutes, what: str, actor: Actor) -> str:
    """What they say at this step, for ever; the digest of it."""
    said = merging.reading(minutes.paragraphs)
    return _kept(minutes, what, actor, said, is_public=False)


def keep_public(minutes: Minutes, actor: Actor) -> str:
    """The public edition, likewise."""
    said = merging.reading(minutes.paragraphs, is_public=True)
    return _kept(minutes, "public", actor, said, is_public=True)


def _kept(minutes: Minutes, what: str, actor: Actor, said: list[Paragraph], *, is_public: bool) -> str:
    mark = merging.digest(said)
    rows = MinutesEdition.objects.filter(meeting_id=minutes.meeting_id, is_public=is_public)
    MinutesEdition.objects.create(
        institution_id=minutes.institution_id, meeting_id=minutes.meeting_id, number=rows.count() + 1, what=what,
        is_public=is_public, paragraphs=[merging.as_kept(one) for one in said], sha256=mark,
        made_by=actor.person_id, made_at=clock.now(),
    )  # fmt: skip
    return mark
