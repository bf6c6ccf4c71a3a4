"""Who hands in papers: whom they were asked of, and whoever keeps the body's meetings."""

from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.meetings.calling.policies import KEEPERS
from jumuishi.meetings.papers.models import Ask


def ask_thing(ask: Ask) -> Thing:
    """What was asked for: the institution's, of a person where one is named."""
    return Thing("meeting_ask", ask.id, ask.institution_id, ask.asked_id)


@identity.policy("meetings.paper.give")
def give(actor: Actor, thing: Thing) -> bool:
    """The person who was asked; for a unit, see `may_give`; and the secretary."""
    own = thing.person_id is not None and actor.person_id == thing.person_id
    return identity.is_of_institution(actor, thing) and (own or actor.has(*KEEPERS))


@identity.policy("meetings.paper.scan")
def scan(actor: Actor, thing: Thing) -> bool:
    """What a scanner said is the platform's to write down."""
    return identity.is_system(actor, thing)


def units_of(actor: Actor) -> set[UUID]:
    """The units that the actor has a post in."""
    posts = institutions.people_in(actor.workplace)
    return {one.unit_id for one in posts if one.person_id == actor.person_id and one.unit_id is not None}


def may_give(actor: Actor, ask: Ask) -> bool:
    """Whether a paper that was asked for may come from the actor."""
    in_unit = ask.unit_id is not None and actor.institution_id == ask.institution_id and ask.unit_id in units_of(actor)
    return in_unit or identity.may(actor, "meetings.paper.give", ask_thing(ask))
