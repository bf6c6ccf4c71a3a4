"""Who may do what with minutes: the secretary keeps them, members who sat read and correct, two sign."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.meetings.models import Meeting, Member

SECRETARY = "meetings-secretary"
HEADS = ("head", "director")


def minutes_thing(meeting: Meeting) -> Thing:
    """The minutes of a meeting: its institution's."""
    return Thing("minutes", meeting.id, meeting.institution_id)


def seat_thing(member: Member) -> Thing:
    """A member's seat: the institution's, and the person's who fills it."""
    return Thing("seat", member.id, member.institution_id, member.person_id)


@identity.policy("meetings.minutes.read")
def read(actor: Actor, thing: Thing) -> bool:
    """At the office: the secretary and whoever answers for the institution."""
    return identity.is_of_institution(actor, thing) and actor.has(SECRETARY, *HEADS)


@identity.policy("meetings.minutes.keep")
def keep(actor: Actor, thing: Thing) -> bool:
    """The secretary; the platform, which writes the first draft and turns the clocks."""
    return identity.is_system(actor, thing) or (identity.is_of_institution(actor, thing) and actor.has(SECRETARY))


@identity.policy("meetings.minutes.take_part")
def take_part(actor: Actor, thing: Thing) -> bool:
    """A member, at the keys in person, by a citizen's session or an officer's; nobody for somebody else."""
    if actor.person_id is None or thing.person_id is None or actor.on_behalf_of is not None:
        return False
    natural = identity.natural_people([actor.person_id, thing.person_id])
    return natural[actor.person_id] == natural[thing.person_id]
