"""Who gives duties, who does them, who accepts what was done."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.meetings.minutes.policies import SECRETARY
from jumuishi.meetings.models import Duty, Resolution

HEADS = ("head", "director")


def resolution_thing(resolution: Resolution) -> Thing:
    """A resolution: the institution's whose body decided."""
    return Thing("resolution", resolution.id, resolution.institution_id)


def duty_thing(duty: Duty) -> Thing:
    """A duty: the institution's that does it."""
    return Thing("duty", duty.id, duty.institution_id)


@identity.policy("meetings.resolution.make")
def make(actor: Actor, thing: Thing) -> bool:
    """The secretary of the institution's bodies."""
    return identity.is_of_institution(actor, thing) and actor.has(SECRETARY)


@identity.policy("meetings.resolution.accept")
def accept(actor: Actor, thing: Thing) -> bool:
    """Who asked: the secretary, or the head, of the institution whose body decided."""
    return identity.is_of_institution(actor, thing) and actor.has(SECRETARY, *HEADS)


@identity.policy("meetings.duty.read")
def read(actor: Actor, thing: Thing) -> bool:
    """Everybody at work where it is done: what the institution owes is no secret there."""
    return identity.is_of_institution(actor, thing)


@identity.policy("meetings.duty.do")
def do(actor: Actor, thing: Thing) -> bool:
    """At work where it is done; whose it is there `is_doer` says."""
    return identity.is_of_institution(actor, thing)


@identity.policy("meetings.duty.turn")
def turn(actor: Actor, thing: Thing) -> bool:
    """Clocks are the platform's."""
    return identity.is_system(actor, thing)


def is_doer(actor: Actor, duty: Duty) -> bool:
    """Whose duty it is: the person, somebody of the unit, or the head, who answers for all of them."""
    if not identity.may(actor, "meetings.duty.do", duty_thing(duty)):
        return False
    if actor.has(*HEADS) or duty.person_id == actor.person_id:
        return True
    posts = institutions.people_in(duty.institution_id) if duty.unit_id else []
    return any(one.unit_id == duty.unit_id and one.person_id == actor.person_id for one in posts)
