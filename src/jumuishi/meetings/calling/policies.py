"""Who plans and calls meetings, and who a member is."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.meetings.models import Meeting, Member

SECRETARY = "meetings-secretary"
KEEPERS = (SECRETARY, "head")


def meeting_thing(meeting: Meeting) -> Thing:
    """A meeting: its institution's."""
    return Thing("meeting", meeting.id, meeting.institution_id)


def seat_thing(member: Member) -> Thing:
    """A member's seat: of the institution, and the member's own."""
    return Thing("meeting_seat", member.id, member.institution_id, member.person_id)


@identity.policy("meetings.meeting.keep")
def keep(actor: Actor, thing: Thing) -> bool:
    """The secretary of the institution's bodies, and its head."""
    return identity.is_of_institution(actor, thing) and actor.has(*KEEPERS)


@identity.policy("meetings.seat.act")
def act(actor: Actor, thing: Thing) -> bool:
    """The member, whichever session they came by; or the platform, for a phone that is the member's."""
    own = thing.person_id is not None and actor.person_id == thing.person_id
    return own or identity.is_system(actor, thing)
