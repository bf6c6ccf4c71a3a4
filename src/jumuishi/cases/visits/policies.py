"""Who may do what to desks and visits."""

from jumuishi.cases.policies import HEADS
from jumuishi.cases.visits.models import Desk, Visit
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing


def desk_thing(desk: Desk) -> Thing:
    """A desk: its institution's."""
    return Thing("visit_desk", desk.id, desk.institution_id)


def visit_thing(visit: Visit) -> Thing:
    """A visit: its institution's and its applicant's."""
    return Thing("visit", visit.id, visit.institution_id, visit.person_id)


@identity.policy("cases.desk.keep")
def keep_desk(actor: Actor, thing: Thing) -> bool:
    """Whoever answers for the institution says when visits are received."""
    return identity.is_of_institution(actor, thing) and actor.has(*HEADS)


@identity.policy("cases.visit.book")
def book_visit(actor: Actor, thing: Thing) -> bool:
    """The applicant; an officer there, for somebody who comes on paper or calls."""
    return identity.is_owner(actor, thing) or identity.is_of_institution(actor, thing)


@identity.policy("cases.visit.keep")
def keep_visit(actor: Actor, thing: Thing) -> bool:
    """Officers of the institution write down who came."""
    return identity.is_of_institution(actor, thing)


@identity.policy("cases.visit.tend")
def tend_visit(actor: Actor, thing: Thing) -> bool:
    """Reminders and ends by time are the platform's."""
    return identity.is_system(actor, thing)
