"""The meeting that an act changes, locked, for whoever keeps meetings there."""

from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.meetings.calling.policies import meeting_thing
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.orders.types import RefusedError


def held(actor: Actor, meeting_id: UUID, *states: str) -> Meeting:
    """The meeting, locked for changing; raises NotAllowedError, RefusedError when it is past that."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("body", "edition")
    found = rows.filter(institution_id=actor.workplace, id=meeting_id).first()
    if found is None:
        raise NotAllowedError("meetings.meeting.keep")
    identity.must(actor, "meetings.meeting.keep", meeting_thing(found))
    if found.state not in states:
        raise RefusedError("past_that")
    return found
