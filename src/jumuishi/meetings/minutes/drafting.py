"""The secretary's draft: written from events, edited, written anew without losing an edit."""

from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.meetings.minutes import merging
from jumuishi.meetings.minutes.held import keep, keep_edition, meeting_for, minutes_for
from jumuishi.meetings.minutes.policies import minutes_thing
from jumuishi.meetings.minutes.source import SYSTEM, ended_at, events_of, sitting_of
from jumuishi.meetings.minutes.types import MinutesError
from jumuishi.meetings.minutes.writing import write
from jumuishi.meetings.models import Meeting, Minutes

MOST = 20_000


@identity.action("meetings.minutes.write")
def write_minutes(*, actor: Actor, meeting_id: UUID) -> UUID:
    """Write the draft of a meeting that has ended, or write it anew; the minutes' id. Raises MinutesError."""
    with tenancy.acting_as(SYSTEM):
        meeting = meeting_for(actor, meeting_id, "meetings.minutes.keep")
        if meeting.state != Meeting.State.ENDED:
            raise MinutesError("not_ended")
        now, events = clock.now(), events_of(meeting)
        minutes, is_new = Minutes.objects.select_for_update().get_or_create(
            meeting=meeting, defaults={"institution_id": meeting.institution_id, "made_at": now, "waits_since": now}
        )
        if minutes.state != Minutes.State.DRAFT:
            raise MinutesError("past_that")
        written = write(sitting_of(meeting), events, until=ended_at(meeting))
        minutes.paragraphs = merging.merged(minutes.paragraphs, written)
        minutes.seq = events[-1].seq if events else 0
        keep(minutes)
        if is_new:
            keep_edition(minutes, "written", actor)
        identity.record(actor, minutes_thing(meeting), after={"seq": minutes.seq, "paragraphs": len(written)})
        return minutes.id


@identity.action("meetings.minutes.edit")
def edit_paragraph(*, actor: Actor, meeting_id: UUID, version: int, key: str, text: str) -> None:
    """Other words for one paragraph; the words that were written beside it stay. Raises MinutesError."""
    with tenancy.acting_as(SYSTEM):
        minutes = minutes_for(actor, meeting_id, Minutes.State.DRAFT)
        before = {one["key"]: one for one in minutes.paragraphs}.get(key, {})
        if (before.get("edited") or {}).get("text") != text.strip():  # the same sent again is no other edit
            if minutes.version != version:
                raise MinutesError("stale")
            minutes.paragraphs = merging.edited(minutes.paragraphs, key, text[:MOST], by=str(actor.who), at=clock.now())
            keep(minutes)
        identity.record(actor, minutes_thing(minutes.meeting), after={"paragraph": key, "version": minutes.version})


@identity.action("meetings.minutes.add")
def add_paragraph(*, actor: Actor, meeting_id: UUID, key: UUID, after: str, text: str) -> None:
    """A paragraph of the secretary's own after another; `key` is the form's, so that it comes once. MinutesError."""
    if not text.strip():
        raise MinutesError("no_text")
    with tenancy.acting_as(SYSTEM):
        minutes = minutes_for(actor, meeting_id, Minutes.State.DRAFT)
        minutes.paragraphs = merging.with_own(
            minutes.paragraphs, f"own-{key}", after, text[:MOST], by=str(actor.who), at=clock.now()
        )
        keep(minutes)
        identity.record(actor, minutes_thing(minutes.meeting), after={"paragraph": f"own-{key}", "after": after})
