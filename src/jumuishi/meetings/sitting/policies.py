"""Who may do what in a meeting: its secretary, who presides, a member for himself or herself, a teller."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing
from jumuishi.meetings.models import Meeting, Member

SECRETARY = "meetings-secretary"


def meeting_thing(meeting: Meeting) -> Thing:
    """A meeting: its institution's."""
    return Thing("meeting", meeting.id, meeting.institution_id)


def seat_thing(member: Member) -> Thing:
    """A member's seat: the institution's, and the person's who fills it."""
    return Thing("seat", member.id, member.institution_id, member.person_id)


@identity.policy("meetings.hall.keep")
def keep(actor: Actor, thing: Thing) -> bool:
    """Its secretary keeps the desk: an officer of the body's institution in that role."""
    return identity.is_of_institution(actor, thing) and actor.has(SECRETARY)


@identity.policy("meetings.hall.take_part")
def take_part(actor: Actor, thing: Thing) -> bool:
    """A member, at the keys in person, as a citizen or as an officer; nobody takes part for somebody else."""
    if actor.kind is ActorKind.SYSTEM or actor.on_behalf_of is not None:
        return False
    if actor.person_id is None or thing.person_id is None:
        return False
    if actor.person_id == thing.person_id:
        return True
    natural = identity.natural_people([actor.person_id, thing.person_id])
    return natural[actor.person_id] == natural[thing.person_id]
